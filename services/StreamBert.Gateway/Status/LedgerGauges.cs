using System.Diagnostics.Metrics;
using StreamBert.Contracts;
using StreamBert.Gateway.Live;
using StreamBert.Operations.Ledger;
using StreamBert.Streaming.Diagnostics;
using StreamBert.Streaming.Log;

namespace StreamBert.Gateway.Status;

/// <summary>
/// Shows the ledger as metrics: <c>streambert.ledger.records</c> by pipeline, topic, partition and state, <c>streambert.group.lag</c> by
/// group and topic.
/// </summary>
internal sealed class LedgerGauges : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private readonly LedgerReader _ledger;
    private readonly TimeProvider _time;
    private readonly ILogger<LedgerGauges> _logger;

    public LedgerGauges(LedgerReader ledger, LiveStream stream, TimeProvider time, ILogger<LedgerGauges> logger)
    {
        (_ledger, _time, _logger) = (ledger, time, logger);
        var meter = Telemetry.Meter("Gateway");
        meter.CreateObservableGauge(
            "streambert.ledger.records",
            Records,
            "{record}",
            "Records of each input partition by what became of them; in = out + dead_lettered + in_flight + unreadable.");
        meter.CreateObservableGauge(
            "streambert.ledger.unreadable_outputs",
            () => _ledger.Last?.UnreadableOutputs ?? 0,
            "{record}",
            "Records of predictions and dead-letter that cannot be read.");
        meter.CreateObservableGauge("streambert.group.lag", Lags, "{record}", "Records a consumer group has not committed yet.");
        meter.CreateObservableGauge(
            "streambert.live.subscribers",
            () => stream.Subscribers,
            "{subscriber}",
            "Open dashboards and event streams.");
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, _time);
        do
        {
            try
            {
                await _ledger.ReadAsync(stoppingToken);
            }
            catch (LogUnavailableException failure)
            {
                _logger.LogDebug("The ledger waits for the log: {Reason}", failure.Message);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                _logger.LogWarning(failure, "The ledger cannot be drawn up");
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private IEnumerable<Measurement<long>> Records() =>
        from line in _ledger.Last?.Topics ?? []
        from partition in line.Partitions
        from counted in new[] {
            ("in", (long?)partition.In),
            ("in_flight", partition.InFlight),
            ("out", partition.Out),
            ("dead_lettered", partition.DeadLettered),
            ("unreadable", partition.Unreadable) }
        where counted.Item2 is not null
        select new Measurement<long>(
            counted.Item2!.Value, new("pipeline", line.Pipeline ?? ""), new("topic", line
                .Topic), new("partition", partition.Partition), new KeyValuePair<string, object?>("state", counted.Item1));

    private IEnumerable<Measurement<long>> Lags() => (_ledger.Last?.Lag ?? []).Select(static lag =>
        new Measurement<long>(lag.Lag, new("group", lag.Group), new KeyValuePair<string, object?>("topic", lag.Topic)));
}

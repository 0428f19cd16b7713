using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StreamBert.Contracts;
using StreamBert.Streaming.Diagnostics;
using StreamBert.Streaming.Log;

namespace StreamBert.Streaming.Hosting.Health;

/// <summary>
/// Writes how this process is to <see cref="Topics.Health"/>: at once when that changes, and every half a minute, by which who shows it
/// knows that the process lives. Parts that are not ready are told too.
/// Only where several processes share a log.
/// </summary>
internal sealed class HealthReporter(
    IEventLog log,
    Readiness readiness,
    ProcessIdentity process,
    TimeProvider time,
    ILogger<HealthReporter> logger) : BackgroundService
{
    internal static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    internal static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(30);
    private IReadOnlyList<Degradation> _reported = [];
    private long? _at;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var now = Now();
            if (_at is not { } at || time.GetElapsedTime(at) >= Heartbeat || !now.SequenceEqual(_reported))
                await ReportAsync(now, stoppingToken);
            await Task.Delay(Look, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>A process that stops as asked is missed by nobody.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (_reported.Count > 0)
            await ReportAsync([], cancellationToken);
    }

    private List<Degradation> Now() =>
    [
        .. readiness.Parts.Where(static part => !part.Value.IsReady)
            .Select(part => new Degradation(
                part.Key,
                _reported.FirstOrDefault(before => before.Component == part.Key)?.Since ?? time.GetUtcNow(),
                $"not ready: {part.Value.Detail}",
                "It goes on by itself when that is there.")),
        .. readiness.Degradations,
    ];

    private async Task ReportAsync(IReadOnlyList<Degradation> now, CancellationToken cancellation)
    {
        try
        {
            await log.AppendAsync([process.Report(now, time.GetUtcNow())], cancellation);
            (_reported, _at) = (now, time.GetTimestamp());
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            logger.LogDebug("The health of this process cannot be told to the others now: {Reason}", e.Message);
        }
        catch (OperationCanceledException)
        {
            // The process stops.
        }
    }
}

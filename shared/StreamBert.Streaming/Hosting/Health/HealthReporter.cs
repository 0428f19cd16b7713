using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StreamBert.Contracts;
using StreamBert.Streaming.Diagnostics;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Supervision;

namespace StreamBert.Streaming.Hosting.Health;

/// <summary>
/// Appends the health of this process to <see cref="Topics.Health"/>: at once when it changes, and every half a minute, so that readers
/// know that the process lives. Parts that are not ready are reported too. Runs only where several processes share a log.
/// </summary>
internal sealed class HealthReporter(
    IEventLog log,
    Readiness readiness,
    ProcessIdentity process,
    Supervisor supervisor,
    TimeProvider time,
    ILogger<HealthReporter> logger) : BackgroundService
{
    internal static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(1);
    internal static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(30);

    private IReadOnlyList<Degradation> _reported = [];
    private long? _reportedAt;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        supervisor.RunPeriodicallyAsync("The health report of this process", CheckInterval, ReportIfDueAsync, stoppingToken);

    /// <summary>Reports that nothing is degraded: a process that was stopped on purpose is not missing.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (_reported.Count > 0)
            await ReportAsync([], cancellationToken);
    }

    private async Task ReportIfDueAsync(CancellationToken stopping)
    {
        var current = CurrentDegradations();
        if (_reportedAt is not { } at || time.GetElapsedTime(at) >= HeartbeatInterval || !current.SequenceEqual(_reported))
            await ReportAsync(current, stopping);
    }

    private List<Degradation> CurrentDegradations() =>
    [
        .. readiness.Parts.Where(static part => !part.Value.IsReady).Select(part => NotReady(part.Key, part.Value.Detail)),
        .. readiness.Degradations,
    ];

    private Degradation NotReady(string part, string detail)
    {
        var since = _reported.FirstOrDefault(reported => reported.Component == part)?.Since ?? time.GetUtcNow();
        return new(part, since, $"not ready: {detail}", "The service resumes without a restart when the missing part is there.");
    }

    private async Task ReportAsync(IReadOnlyList<Degradation> current, CancellationToken cancellation)
    {
        try
        {
            await log.AppendAsync([process.CreateHealthRecord(current, time.GetUtcNow())], cancellation);
            (_reported, _reportedAt) = (current, time.GetTimestamp());
        }
        catch (OperationCanceledException)
        {
            // The process stops.
        }
        catch (Exception exception)
        {
            logger.LogDebug("The health of this process could not be reported and is reported again later: {Reason}", exception.Message);
        }
    }
}

using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StreamBert.Contracts;
using StreamBert.Streaming.Diagnostics;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Supervision;

namespace StreamBert.Streaming.Hosting.Health;

/// <summary>
/// Keeps the part <c>log</c> of <see cref="Readiness"/> up to date. Kafka's clients retry an outage silently, so the log is probed every
/// two seconds; after five seconds without an answer the process is not ready, until the log answers again. A log that answers but refuses
/// writes degrades the process: its records can still be read.
/// </summary>
internal sealed class LogHealthMonitor(
    IEventLog log,
    Readiness readiness,
    ProcessIdentity process,
    Supervisor supervisor,
    TimeProvider time,
    ILogger<LogHealthMonitor> logger) : BackgroundService
{
    internal static readonly TimeSpan ProbeInterval = TimeSpan.FromSeconds(2);
    internal static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(5);

    private const string RepairRemedy = "Run 'streambert verify' to see what is affected; then stop the service, run 'streambert repair' "
        + "on the "
        + "data directory, and start it again.";

    private const string WriteRemedy = "Free space on the disk of the log, or do what the reason says; the service resumes without a "
        + "restart.";

    private static readonly string[] ProbedTopics = [Topics.Models];
    private long? _unavailableSince;
    private Task _probeWrite = Task.CompletedTask;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await supervisor.RunPeriodicallyAsync("The health check of the event log", ProbeInterval, ProbeAsync, stoppingToken);
        await _probeWrite;
    }

    private async Task ProbeAsync(CancellationToken stopping)
    {
        var started = time.GetTimestamp();
        try
        {
            var probe = log.DescribeAsync(ProbedTopics, stopping);
            if (!await CompletesInTimeAsync(probe, stopping))
                MarkUnavailable(started, $"The event log has not answered for {ProbeTimeout.TotalSeconds} s.");
            if ((await probe).Count > 0)
                MarkAvailable();
            else
                MarkUnavailable(started, $"The event log has no topic {Topics.Models}, which every service creates when it starts.");
            CheckWrites(stopping);
            CheckReads();
        }
        catch (Exception exception) when (!stopping.IsCancellationRequested)
        {
            MarkUnavailable(started, exception.Message);
        }
    }

    private async Task<bool> CompletesInTimeAsync(Task probe, CancellationToken stopping)
    {
        await Task.WhenAny(probe, Task.Delay(ProbeTimeout, time, stopping));
        return probe.IsCompleted;
    }

    private void MarkUnavailable(long started, string reason)
    {
        if (_unavailableSince is null)
        {
            _unavailableSince = started;
            logger.LogWarning(
                "The event log is not available, so this service is not ready; it resumes when the log answers, and nothing is lost: "
                    + "{Reason}",
                reason);
        }
        var since = time.GetUtcNow() - time.GetElapsedTime(_unavailableSince.Value);
        readiness.MarkWaiting(Readiness.Log, $"no answer since {since:u}: {reason}");
    }

    private void MarkAvailable()
    {
        if (_unavailableSince is { } since)
        {
            _unavailableSince = null;
            logger.LogWarning(
                "The event log answers again after {Seconds:0} s; this service resumes where it "
                    + "stopped.", time.GetElapsedTime(since).TotalSeconds);
        }
        readiness.MarkReady(Readiness.Log, "answers");
    }

    /// <summary>
    /// While writes fail, each round tries one: nobody else may write for long, and only a write shows that the failure is over.
    /// </summary>
    private void CheckWrites(CancellationToken stopping)
    {
        if (log.WriteFailure is { } failure)
        {
            if (readiness.Degrade(Readiness.Log, Describe(failure), WriteRemedy))
                logger.LogError("The event log refuses writes; this service retries, and nothing is lost: {Reason}", failure.Message);
            if (_probeWrite.IsCompleted)
                _probeWrite = ProbeWriteAsync(stopping);
        }
        else if (readiness.Recover(Readiness.Log))
        {
            logger.LogWarning("The event log accepts writes again.");
        }
    }

    private static string Describe(Exception failure) =>
        "The event log refuses writes, so texts are rejected and nothing new is classified; stored records are safe and can be read. "
        + failure.Message;

    /// <summary>Damage remains until the log is repaired, which needs a restart.</summary>
    private void CheckReads()
    {
        if (log.ReadFailure is { } damage && readiness.Degrade(
            Readiness.LogFiles,
            $"A read found damage in the files of the event log, and the records stored there cannot be read. {damage.Message}",
            RepairRemedy))
        {
            logger.LogError("The files of the event log are damaged: {Reason}", damage.Message);
        }
    }

    private async Task ProbeWriteAsync(CancellationToken stopping)
    {
        try
        {
            await log.AppendAsync([process.CreateHealthRecord(readiness.Degradations, time.GetUtcNow())], stopping);
        }
        catch (Exception)
        {
            // The log itself keeps the reason.
        }
    }
}

using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StreamBert.Contracts;
using StreamBert.Streaming.Diagnostics;
using StreamBert.Streaming.Log;

namespace StreamBert.Streaming.Hosting.Health;

/// <summary>
/// Keeps the part <c>log</c> of <see cref="Readiness"/> true while the process runs. Clients of Kafka retry an outage in silence, so the
/// log is asked a small question every two seconds;
/// after five seconds without an answer the process is not ready, until there is one. A log that answers and refuses writes degrades the
/// process: what stands in the log can be read.
/// </summary>
internal sealed class LogHealth(
    IEventLog log,
    Readiness readiness,
    ProcessIdentity process,
    TimeProvider time,
    ILogger<LogHealth> logger) : BackgroundService
{
    internal static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);
    internal static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(5);

    private static readonly string[] Asked = [Topics.Models];
    private long? _awaySince;
    private Task _probe = Task.CompletedTask;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await AskAsync(stoppingToken);
            await Task.Delay(Interval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        await _probe;
    }

    private async Task AskAsync(CancellationToken stopping)
    {
        var asked = time.GetTimestamp();
        try
        {
            var question = log.DescribeAsync(Asked, stopping);
            if (!await AnswersInTimeAsync(question, stopping))
                NotReady(asked, $"The event log has not answered for {LongestSilence.TotalSeconds} s.");
            if ((await question).Count > 0)
                Ready();
            else
                NotReady(asked, $"The event log does not know the topic {Topics.Models}, which every service has created at its start.");
            WatchWrites(stopping);
            WatchReads();
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
        }
        catch (Exception e)
        {
            NotReady(asked, e.Message);
        }
    }

    private async Task<bool> AnswersInTimeAsync(Task question, CancellationToken stopping)
    {
        await Task.WhenAny(question, Task.Delay(LongestSilence, time, stopping));
        return question.IsCompleted;
    }

    private void NotReady(long asked, string reason)
    {
        readiness.MarkWaiting(Readiness.Log, $"no answer since {time.GetUtcNow() - time.GetElapsedTime(_awaySince ?? asked):u}: {reason}");
        if (_awaySince is not null)
            return;
        _awaySince = asked;
        logger.LogWarning("The event log is not available, so this service is not ready; it resumes by itself when the log answers, and nothing is lost: {Reason}", reason);
    }

    private void Ready()
    {
        readiness.MarkReady(Readiness.Log, "answers");
        if (_awaySince is not { } since)
            return;
        _awaySince = null;
        logger.LogWarning(
            "The event log answers again after {Seconds:0} s; this service resumes where it was",
            time.GetElapsedTime(since).TotalSeconds);
    }

    /// <summary>
    /// While writes fail, one is tried in every round: nobody else may write for long, and only a write shows that it is over.
    /// </summary>
    private void WatchWrites(CancellationToken stopping)
    {
        if (log.WriteFailure is { } failure)
        {
            if (readiness.Degrade(Readiness.Log, $"The event log takes no writes, so texts are refused and nothing new is classified; what it holds is safe and can be read. {failure.Message}", Remedy))
            {
                logger.LogError(
                    "The event log takes no writes; this service tries again by itself, and nothing is lost: {Reason}",
                    failure.Message);
            }

            if (_probe.IsCompleted)
                _probe = ProbeAsync(stopping);
        }
        else if (readiness.Recover(Readiness.Log))
        {
            logger.LogWarning("The event log takes writes again");
        }
    }

    /// <summary>Damage stays until the log is repaired, which needs a restart.</summary>
    private void WatchReads()
    {
        if (log.ReadFailure is { } damage && readiness.Degrade(
            Readiness.LogFiles,
            $"A read has met damage in the files of the event log, and what is stored there is not read. {damage.Message}",
            RepairRemedy))
        {
            logger.LogError("The files of the event log are damaged: {Reason}", damage.Message);
        }
    }

    private const string RepairRemedy = "Run 'streambert verify' to see what is affected; then stop the service, run 'streambert repair' on the data directory, and start it again.";
    private const string Remedy = "Free space on the disk of the log, or do what the reason says; it goes on by itself.";

    private async Task ProbeAsync(CancellationToken stopping)
    {
        try
        {
            await log.AppendAsync([process.Report(readiness.Degradations, time.GetUtcNow())], stopping);
        }
        catch (Exception)
        {
            // The log itself remembers why.
        }
    }
}

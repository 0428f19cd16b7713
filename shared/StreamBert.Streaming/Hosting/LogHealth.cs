using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StreamBert.Contracts;
using StreamBert.Streaming.Log;

namespace StreamBert.Streaming.Hosting;

/// <summary>
/// Keeps the part <c>log</c> of <see cref="Readiness"/> true while the process runs. Clients of Kafka retry an outage in silence, so the log is asked a small question every two seconds;
/// after five seconds without an answer the process is not ready, until there is one.
/// </summary>
internal sealed class LogHealth(IEventLog log, Readiness readiness, TimeProvider time, ILogger<LogHealth> logger) : BackgroundService
{
    internal static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);
    internal static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(5);

    private static readonly string[] Asked = [Topics.Models];
    private long? _awaySince;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await AskAsync(stoppingToken);
            await Task.Delay(Interval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
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
        readiness.Waiting(Readiness.Log, $"no answer since {time.GetUtcNow() - time.GetElapsedTime(_awaySince ?? asked):u}: {reason}");
        if (_awaySince is not null)
            return;
        _awaySince = asked;
        logger.LogWarning("The event log is not available, so this service is not ready; it resumes by itself when the log answers, and nothing is lost: {Reason}", reason);
    }

    private void Ready()
    {
        readiness.Ready(Readiness.Log, "answers");
        if (_awaySince is not { } since)
            return;
        _awaySince = null;
        logger.LogWarning("The event log answers again after {Seconds:0} s; this service resumes where it was", time.GetElapsedTime(since).TotalSeconds);
    }
}

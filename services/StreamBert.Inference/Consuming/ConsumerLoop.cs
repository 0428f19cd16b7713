using Microsoft.Extensions.Logging;
using StreamBert.Inference.Progress;
using StreamBert.Streaming.Diagnostics;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Supervision;

namespace StreamBert.Inference.Consuming;

/// <summary>
/// Consumes the topics of one consumer group: reads run ahead, and commits follow in the order of the reads. After an error the group is
/// joined again, and uncommitted records are reprocessed.
/// </summary>
/// <param name="progress">Reports the progress of the topics; null where nobody needs it.</param>
internal sealed class ConsumerLoop(
    IEventLog log, string group, IReadOnlyCollection<string> topics, ReadLoop readLoop, CommitLoop commitLoop, ProgressReporter? progress,
    InferenceOptions options, Readiness readiness, Supervisor supervisor, TimeProvider time, ILogger logger)
{
    private string ReadinessPart => $"group {group}";

    /// <summary>Returns after <paramref name="stopping"/> and a drain of at most <see cref="InferenceOptions.DrainTimeout"/>.</summary>
    public Task RunAsync(CancellationToken stopping) => supervisor.RunAsync(
        SupervisedTask.WithDelay($"Consumer group {group}", options.RetryDelay) with { ReadinessPart = ReadinessPart },
        ConsumeAsync, stopping);

    private async Task ConsumeAsync(CancellationToken stopping)
    {
        readiness.MarkWaiting(ReadinessPart, "joining");
        await using var reader = await log.JoinAsync(group, topics, stopping);
        progress?.Reset();
        reader.AssignmentChanged += change => progress?.OnAssignmentChanged(change);
        readiness.MarkReady(ReadinessPart, $"reads {string.Join(", ", topics)}");
        await ReadAndCommitAsync(reader, stopping);
    }

    /// <summary>Reads until stopped and commits all reads; an error of either loop ends both.</summary>
    private async Task ReadAndCommitAsync(IGroupReader reader, CancellationToken stopping)
    {
        var reads = new ReadQueue(options.MaxInFlightReads);
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        using var draining = new CancellationTokenSource();
        var read = readLoop.RunAsync(reader, reads, reading.Token);
        var commit = commitLoop.RunAsync(reader, reads, draining.Token);
        await Task.WhenAny(read, commit);
        await reading.CancelAsync();
        using var drainTimer = time.CreateTimer(
            static drain => ((CancellationTokenSource)drain!).Cancel(), draining, options.DrainTimeout, Timeout.InfiniteTimeSpan);
        try
        {
            await Task.WhenAll(read, commit);
        }
        finally
        {
            DiscardUncommitted(reads);
        }
    }

    private void DiscardUncommitted(ReadQueue reads)
    {
        if (reads.Discard() is > 0 and var count)
            logger.LogWarning("Consumer group {Group} discards {Count} uncommitted records; they will be reprocessed", group, count);
    }
}

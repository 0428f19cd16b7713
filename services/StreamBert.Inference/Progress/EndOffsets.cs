using StreamBert.Streaming.Log;

namespace StreamBert.Inference.Progress;

/// <summary>The partitions of the input topics as they ended at one moment.</summary>
internal sealed record EndOffsetsAt(IReadOnlyList<PartitionInfo> Partitions, DateTimeOffset At);

/// <summary>
/// Reads where the input partitions end. Reads that are asked for while one is under way share the next one: however many batches are in
/// flight, the log answers one question at a time.
/// </summary>
internal sealed class EndOffsets(IEventLog log, IReadOnlyCollection<string> topics, TimeProvider time)
{
    private readonly Lock _gate = new();
    private Task<EndOffsetsAt?> _last = Task.FromResult<EndOffsetsAt?>(null);
    private Task<EndOffsetsAt?>? _next;

    /// <summary>
    /// The ends at a moment after this call; null while the log cannot be reached. Not to be cancelled: a stop still commits what was read,
    /// and waits no
    /// longer for this than the log does for an answer.
    /// </summary>
    public Task<EndOffsetsAt?> ReadAsync()
    {
        lock (_gate)
            return _next ??= ReadAfterAsync(_last);
    }

    private async Task<EndOffsetsAt?> ReadAfterAsync(Task before)
    {
        await Task.Yield(); // out of the lock
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_gate)
            (_last, _next) = (_next!, null);
        try
        {
            var at = time.GetUtcNow();
            return new(await log.DescribeAsync(topics, CancellationToken.None), at);
        }
        catch (LogUnavailableException)
        {
            return null;
        }
    }
}

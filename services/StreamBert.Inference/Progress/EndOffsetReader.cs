using StreamBert.Streaming.Log;

namespace StreamBert.Inference.Progress;

/// <summary>
/// Reads the end offsets of the input partitions. Calls during a read share the next read: however many batches are in flight, the log
/// answers one request at a time.
/// </summary>
internal sealed class EndOffsetReader(IEventLog log, IReadOnlyCollection<string> topics, TimeProvider time)
{
    private readonly Lock _lock = new();
    private Task<PartitionEnds?> _current = Task.FromResult<PartitionEnds?>(null);
    private Task<PartitionEnds?>? _next;

    /// <summary>
    /// Returns the ends at a moment after this call; null while the log is unavailable. It cannot be cancelled: a stop still commits what
    /// was read, and waits for this no longer than the request timeout of the log.
    /// </summary>
    public Task<PartitionEnds?> ReadAsync()
    {
        lock (_lock)
            return _next ??= ReadAfterAsync(_current);
    }

    private async Task<PartitionEnds?> ReadAfterAsync(Task previous)
    {
        await Task.Yield(); // leaves the lock
        await previous.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_lock)
            (_current, _next) = (_next ?? _current, null);
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

using StreamBert.Streaming.Log;

namespace StreamBert.Streaming.Events;

/// <summary>
/// Finds the last valid record of a checkpoint topic: an invalid record behind it, written by another producer or after a fault, must not
/// discard the state.
/// </summary>
public static class CheckpointFinder
{
    /// <summary>Returns the last checkpoint of a partition, or null if there is none.</summary>
    /// <param name="log">The log.</param>
    /// <param name="topic">The checkpoint topic.</param>
    /// <param name="partition">The partition.</param>
    /// <param name="read">Reads the checkpoint of a record; reports an invalid record and returns null.</param>
    /// <param name="cancellation">Cancels the search.</param>
    public static Task<T?> FindLastAsync<T>(
        IEventLog log, string topic, int partition, Func<LogRecord, T?> read, CancellationToken cancellation)
        where T : class =>
        FindLastAsync(log, topic, partition, record => Task.FromResult(read(record)), cancellation);

    /// <inheritdoc cref="FindLastAsync{T}(IEventLog, string, int, Func{LogRecord, T}, CancellationToken)"/>
    public static async Task<T?> FindLastAsync<T>(
        IEventLog log, string topic, int partition, Func<LogRecord, Task<T?>> read, CancellationToken cancellation)
        where T : class
    {
        if (await log.FetchLastAsync(topic, partition, cancellation) is not { } last)
            return null;
        if (await read(last) is { } found)
            return found;
        var begin = (await log.DescribeAsync([topic], cancellation)).First(p => p.Partition == partition).Begin;
        var before = last.Position.Offset;
        for (var back = 8L; before > begin; back *= 4)
        {
            var start = Math.Max(begin, before - back);
            if (await FindLastInRangeAsync(log, topic, partition, start, before, read, cancellation) is { } earlier)
                return earlier;
            before = start;
        }
        return null;
    }

    /// <summary>Examines the records of a range from its end.</summary>
    private static async Task<T?> FindLastInRangeAsync<T>(
        IEventLog log, string topic, int partition, long from, long before, Func<LogRecord, Task<T?>> read, CancellationToken cancellation)
        where T : class
    {
        var records = new Stack<LogRecord>();
        await foreach (var record in log.ReadToEndAsync(topic, new Dictionary<int, long> { [partition] = from }, cancellation))
        {
            if (record.Position.Offset >= before)
                break;
            if (record.Position.Partition == partition)
                records.Push(record);
        }
        foreach (var record in records)
        {
            if (await read(record) is { } found)
                return found;
        }

        return null;
    }
}

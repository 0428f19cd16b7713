using StreamBert.Streaming.Log;

namespace StreamBert.Streaming.Events;

/// <summary>
/// Finds the last record of a checkpoint topic that can be used: what a stranger or a fault has put behind it must not cost the state.
/// </summary>
public static class CheckpointFinder
{
    /// <param name="read">The checkpoint of a record; null, after telling why, if it holds none.</param>
    /// <returns>Null if no record of the partition holds one.</returns>
    public static async Task<T?> FindLastAsync<T>(
        IEventLog log,
        string topic,
        int partition,
        Func<LogRecord, T?> read,
        CancellationToken cancellation)
        where T : class
    {
        if (await log.FetchLastAsync(topic, partition, cancellation) is not { } last)
            return null;
        if (read(last) is { } found)
            return found;
        var begin = (await log.DescribeAsync([topic], cancellation)).First(p => p.Partition == partition).Begin;
        var before = last.Position.Offset;
        for (var back = 8L; before > begin; back *= 4)
        {
            var start = Math.Max(begin, before - back);
            if (await FindLastInAsync(log, topic, partition, start, before, read, cancellation) is { } earlier)
                return earlier;
            before = start;
        }
        return null;
    }

    /// <summary>Each record of the stretch is looked at, from its end on.</summary>
    private static async Task<T?> FindLastInAsync<T>(
        IEventLog log,
        string topic,
        int partition,
        long from,
        long before,
        Func<LogRecord, T?> read,
        CancellationToken cancellation)
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
            if (read(record) is { } found)
                return found;
        }

        return null;
    }
}

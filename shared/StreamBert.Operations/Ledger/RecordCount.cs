using StreamBert.Streaming.Log;

namespace StreamBert.Operations.Ledger;

/// <summary>
/// Counts the records of topics by reading them: on Kafka transaction markers take offsets, and only a reader sees which.
/// </summary>
internal static class RecordCount
{
    /// <param name="within">How long it may take; the topics with the fewest offsets come first.</param>
    /// <returns>Topic → records before the given ends; without the topics that there was no time for.</returns>
    public static async Task<IReadOnlyDictionary<string, long>> ReadAsync(
        IEventLog log, IReadOnlyList<PartitionInfo> partitions, TimeSpan within, TimeProvider time, CancellationToken cancellation)
    {
        var counts = new Dictionary<string, long>();
        using var limit = new CancellationTokenSource(within, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            foreach (var topic in partitions.GroupBy(static p => p.Topic).OrderBy(static topic => topic.Sum(static p => p.End - p.Begin)))
                counts[topic.Key] = await CountAsync(log, topic.Key, [.. topic], either.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            // What is not counted stays an upper bound.
        }
        return counts;
    }

    private static async Task<long> CountAsync(
        IEventLog log,
        string topic,
        IReadOnlyList<PartitionInfo> partitions,
        CancellationToken cancellation)
    {
        var ends = partitions.ToDictionary(static p => p.Partition, static p => p.End);
        var count = 0L;
        if (partitions.All(static p => p.Begin == p.End))
            return count;
        await foreach (var record in log.ReadToEndAsync(topic, null, cancellation))
        {
            if (record.Position.Offset < ends.GetValueOrDefault(record.Position.Partition))
                count++;
        }

        return count;
    }
}

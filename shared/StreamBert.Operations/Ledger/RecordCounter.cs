using StreamBert.Streaming.Log;

namespace StreamBert.Operations.Ledger;

/// <summary>
/// Counts the records of topics by reading them. On Kafka offsets alone do not tell, because transaction markers take offsets too.
/// </summary>
internal static class RecordCounter
{
    /// <summary>Counts the records before the given ends; the topics with the fewest offsets come first.</summary>
    /// <param name="limit">The time after which the counting stops.</param>
    /// <returns>The counts by topic, without the topics for which the time was too short.</returns>
    public static async Task<IReadOnlyDictionary<string, long>> CountAsync(
        IEventLog log, IReadOnlyList<PartitionInfo> partitions, TimeSpan limit, TimeProvider time, CancellationToken cancellation)
    {
        var counts = new Dictionary<string, long>();
        using var timeout = new CancellationTokenSource(limit, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation);
        var topics = partitions.GroupBy(static p => p.Topic).OrderBy(static topic => topic.Sum(static p => p.End - p.Begin));
        try
        {
            foreach (var topic in topics)
                counts[topic.Key] = await CountAsync(log, topic.Key, [.. topic], linked.Token);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            // The caller shows an upper bound for the topics that are not counted.
        }
        return counts;
    }

    private static async Task<long> CountAsync(
        IEventLog log, string topic, IReadOnlyList<PartitionInfo> partitions, CancellationToken cancellation)
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

using System.Collections.Concurrent;
using Confluent.Kafka;

namespace StreamBert.Streaming.Log.Kafka;

/// <summary>
/// Where readers of this process found that no record comes any more. Behind the last one stand marks of transactions, which take offsets:
/// so whoever
/// has read everything may stand before the end, and only a reader can tell.
/// </summary>
internal sealed class KnownEnds
{
    private readonly ConcurrentDictionary<TopicPartition, (long Records, long End)> _ends = [];

    /// <summary>There is no record from one offset to the other, where the partition ended at that moment.</summary>
    public void Learn(TopicPartition partition, long from, long end) =>
        _ends.AddOrUpdate(partition, (from, end), (_, known) => Join(known, from, end));

    public PartitionInfo Complete(PartitionInfo partition) =>
        _ends.TryGetValue(new(partition.Topic, partition.Partition), out var known) && known.Records <= partition.End
            && partition.End <= known.End
            ? partition with { RecordsEnd = known.Records } : partition;

    /// <summary>Stretches that touch are one; of two that do not, the later one.</summary>
    private static (long, long) Join((long Records, long End) known, long from, long end) =>
        from <= known.End && end >= known.Records
            ? (Math.Min(known.Records, from), Math.Max(known.End, end))
            : end > known.End ? (from, end) : known;
}

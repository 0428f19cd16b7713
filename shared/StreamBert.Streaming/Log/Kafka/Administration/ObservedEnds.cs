using System.Collections.Concurrent;
using Confluent.Kafka;

namespace StreamBert.Streaming.Log.Kafka.Administration;

/// <summary>
/// Keeps the ends of partitions that readers of this process observed. Transaction markers follow the last record and take offsets: a
/// reader of every record may be before the end offset, and only reading shows it.
/// </summary>
internal sealed class ObservedEnds
{
    private readonly ConcurrentDictionary<TopicPartition, (long Records, long End)> _ends = [];

    /// <summary>Records that a partition had no record from one offset to its end offset.</summary>
    public void Record(TopicPartition partition, long from, long end) =>
        _ends.AddOrUpdate(partition, (from, end), (_, known) => Merge(known, from, end));

    /// <summary>Adds the observed end of records to the description of a partition, if it is current.</summary>
    public PartitionInfo ApplyTo(PartitionInfo partition) =>
        _ends.TryGetValue(new(partition.Topic, partition.Partition), out var known) && known.Records <= partition.End
            && partition.End <= known.End
            ? partition with { RecordsEnd = known.Records }
            : partition;

    /// <summary>Merges ranges that touch; of two that do not, keeps the later one.</summary>
    private static (long, long) Merge((long Records, long End) known, long from, long end) =>
        from <= known.End && end >= known.Records ? (Math.Min(known.Records, from), Math.Max(known.End, end))
        : end > known.End ? (from, end)
        : known;
}

using StreamBert.Streaming.Log;

namespace StreamBert.Inference.Progress;

/// <summary>The end offsets of the input partitions at one moment.</summary>
internal sealed record PartitionEnds(IReadOnlyList<PartitionInfo> Partitions, DateTimeOffset At)
{
    /// <summary>
    /// Returns the position up to which a partition is processed: its end if every record before the end is processed, even where
    /// transaction markers precede the end; else <paramref name="next"/>.
    /// </summary>
    public static long ProcessedTo(PartitionEnds? ends, (string Topic, int Partition) partition, long next) =>
        ends?.Partitions.FirstOrDefault(info => (info.Topic, info.Partition) == partition) is { } info && info.LagAt(next) == 0
            ? Math.Max(info.End, next) : next;
}

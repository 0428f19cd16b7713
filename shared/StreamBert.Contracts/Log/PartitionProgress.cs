namespace StreamBert.Contracts;

/// <summary>Holds the offsets of one partition that a step processed.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="From">The first offset.</param>
/// <param name="Next">The offset after the last.</param>
/// <param name="Predictions">The offsets that became predictions; the others became dead letters or hold no record.</param>
/// <param name="EventTime">The largest event time among them; null without predictions.</param>
public sealed record PartitionProgress(
    int Partition, long From, long Next, IReadOnlyList<OffsetRange> Predictions, DateTimeOffset? EventTime);

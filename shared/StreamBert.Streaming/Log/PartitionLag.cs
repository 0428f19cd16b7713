namespace StreamBert.Streaming.Log;

/// <summary>Describes the lag of a consumer group in a partition.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Partition">The partition.</param>
/// <param name="Committed">The committed offset of the group.</param>
/// <param name="End">The offset of the next record to come.</param>
public sealed record PartitionLag(string Topic, int Partition, long Committed, long End)
{
    /// <summary>The offset of the first record that is still stored.</summary>
    public long Begin { get; init; }

    /// <inheritdoc cref="PartitionInfo.RecordsEnd"/>
    public long RecordsEnd { get; init; } = End;

    /// <summary>The number of offsets between the committed offset and the end.</summary>
    public long Lag => Math.Max(0, End - Committed);
}

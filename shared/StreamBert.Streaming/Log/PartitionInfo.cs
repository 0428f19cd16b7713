namespace StreamBert.Streaming.Log;

/// <summary>Describes the offsets of a partition.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Partition">The partition.</param>
/// <param name="Begin">The offset of the first record.</param>
/// <param name="End">The offset of the next record to come.</param>
public sealed record PartitionInfo(string Topic, int Partition, long Begin, long End)
{
    /// <summary>The number of records that an older version of the embedded log wrote without a checksum.</summary>
    public long WithoutChecksum { get; init; }

    /// <summary>
    /// The offset after the last record, as far as this process has read; transaction markers may follow up to the end offset.
    /// </summary>
    public long RecordsEnd { get; init; } = End;

    /// <summary>Returns the lag of a reader at this position; 0 if it has read every record.</summary>
    public long LagAt(long position) => position < RecordsEnd ? End - position : 0;
}

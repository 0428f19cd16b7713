using StreamBert.Streaming.Log.Embedded.Storage;

namespace StreamBert.Streaming.Log.Embedded.Groups;

/// <summary>The offsets of a partition: as published to readers, and as pending in the writer's transaction.</summary>
/// <param name="id">The number of the partition in the whole log.</param>
/// <param name="entry">The partition's entry in the catalog.</param>
/// <param name="losses">The ranges of offsets that a repair could not recover.</param>
internal sealed class PartitionState(long id, PartitionEntry entry, IReadOnlyList<LostRangeEntry> losses)
{
    private long _begin = entry.Begin;
    private long _end = entry.End;

    public long Id => id;
    public string Topic => entry.Topic;
    public int Number => entry.Number;

    /// <summary>Records from this offset on have a checksum.</summary>
    public long ChecksumFrom => entry.ChecksumFrom;

    /// <summary>The number of records without a checksum.</summary>
    public long WithoutChecksum => Math.Max(0, Math.Min(ChecksumFrom, End) - Begin);

    /// <summary>The offset of the first record.</summary>
    public long Begin => Volatile.Read(ref _begin);

    /// <summary>The offset of the next record to be appended; all records before it are durable.</summary>
    public long End => Volatile.Read(ref _end);

    /// <summary>The bytes of the partition's records.</summary>
    public long Bytes { get; private set; } = entry.Bytes;

    /// <summary>The end offset inside the writer's transaction.</summary>
    public long PendingEnd { get; private set; } = entry.End;

    /// <summary>The bytes inside the writer's transaction.</summary>
    public long PendingBytes { get; private set; } = entry.Bytes;

    /// <summary>Allocates the next offset for a record.</summary>
    public long AllocateOffset(int bytes)
    {
        PendingBytes += bytes;
        return PendingEnd++;
    }

    /// <summary>Creates the catalog entry as of the writer's transaction.</summary>
    public PartitionEntry ToEntry() => entry with { Begin = Begin, End = PendingEnd, Bytes = PendingBytes };

    /// <summary>Finds the lost range that an offset belongs to; null if no loss was recorded there.</summary>
    public LostRangeEntry? FindLoss(long offset) => losses.FirstOrDefault(loss => offset >= loss.From && offset < loss.To);

    /// <summary>Publishes the pending offsets, after the transaction was committed.</summary>
    public void Publish()
    {
        Bytes = PendingBytes;
        Volatile.Write(ref _end, PendingEnd);
    }

    /// <summary>Discards the pending offsets, after the transaction was rolled back.</summary>
    public void DiscardPending() => (PendingEnd, PendingBytes) = (End, Bytes);

    /// <summary>Moves the begin offset after the oldest records were deleted.</summary>
    public void Trim(long begin, long bytes)
    {
        Volatile.Write(ref _begin, begin);
        Bytes = PendingBytes = bytes;
    }
}

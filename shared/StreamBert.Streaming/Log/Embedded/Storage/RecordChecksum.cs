using System.Buffers.Binary;
using System.IO.Hashing;

namespace StreamBert.Streaming.Log.Embedded.Storage;

/// <summary>
/// Computes the checksum of a record over its position, its times, key, value and headers. The seed is the log's own, so that no text can
/// carry the image of a record that <c>repair</c> would take for one. Not thread-safe.
/// </summary>
internal sealed class RecordChecksum(long seed)
{
    private const int Null = -1;

    private readonly XxHash3 _hash = new(seed);

    public long Compute(
        long rowId,
        long timestamp,
        long appended,
        ReadOnlySpan<byte> key,
        bool hasKey,
        ReadOnlySpan<byte> value,
        bool hasValue,
        ReadOnlySpan<byte> headers)
    {
        Span<byte> fixedPart = stackalloc byte[5 * sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(fixedPart, rowId);
        BinaryPrimitives.WriteInt64LittleEndian(fixedPart[8..], timestamp);
        BinaryPrimitives.WriteInt64LittleEndian(fixedPart[16..], appended);
        BinaryPrimitives.WriteInt32LittleEndian(fixedPart[24..], hasKey ? key.Length : Null);
        BinaryPrimitives.WriteInt32LittleEndian(fixedPart[28..], hasValue ? value.Length : Null);
        BinaryPrimitives.WriteInt64LittleEndian(fixedPart[32..], headers.Length);
        _hash.Append(fixedPart);
        _hash.Append(key);
        _hash.Append(value);
        _hash.Append(headers);
        var checksum = (long)_hash.GetCurrentHashAsUInt64();
        _hash.Reset();
        return checksum;
    }

    public long Compute(RecordRow row)
        => Compute(row.Id, row.Timestamp, row.Appended, row.Key, row.Key is not null, row.Value, row.Value is not null, row.Headers);

    /// <summary>Computes the checksum of a catalog entry.</summary>
    public static long Compute(long rowId, ReadOnlySpan<byte> entry) => (long)XxHash3.HashToUInt64(entry, rowId);
}

/// <summary>A row of the table <c>records</c>.</summary>
internal sealed record RecordRow(
    long Id,
    long Timestamp,
    long Appended,
    long Size,
    byte[]? Key,
    byte[]? Value,
    byte[]? Headers,
    long? Checksum)
{
    public long Bytes => (Key?.Length ?? 0) + (Value?.Length ?? 0) + (Headers?.Length ?? 0);

    /// <summary>Tells what is wrong with the record; null if it is intact.</summary>
    /// <param name="checksumFrom">Records of the partition from this offset on have a checksum.</param>
    public string? FindDamage(RecordChecksum checksum, long checksumFrom)
    {
        if (Checksum is { } stored ? checksum.Compute(this) != stored : LogSchema.Offset(Id) >= checksumFrom)
            return Checksum is null ? "its checksum is missing" : "its checksum does not match";
        return Size == Bytes ? null : FormattableString.Invariant($"it has {Bytes} bytes, not {Size} as when it was written");
    }
}

using System.Buffers.Binary;
using System.IO.Hashing;
using System.Security.Cryptography;

namespace StreamBert.Streaming.Log.Embedded.Files;

/// <summary>Counts what a log has committed; stored outside of the database.</summary>
/// <param name="Seed">The seed of this log's record checksums.</param>
/// <param name="Commits">The number of committed transactions.</param>
/// <param name="Records">The number of records appended since the log was created.</param>
/// <param name="Number">The number of times that the summary was written.</param>
internal readonly record struct CommitSummary(long Seed, long Commits, long Records, long Number)
{
    public const int Bytes = 48;

    private const long Magic = 0x31544d4d43425453; // "STBCMMT1"

    public static long NewSeed() => BinaryPrimitives.ReadInt64LittleEndian(RandomNumberGenerator.GetBytes(sizeof(long)));

    public void Write(Span<byte> to)
    {
        BinaryPrimitives.WriteInt64LittleEndian(to, Magic);
        BinaryPrimitives.WriteInt64LittleEndian(to[8..], Seed);
        BinaryPrimitives.WriteInt64LittleEndian(to[16..], Commits);
        BinaryPrimitives.WriteInt64LittleEndian(to[24..], Records);
        BinaryPrimitives.WriteInt64LittleEndian(to[32..], Number);
        BinaryPrimitives.WriteUInt64LittleEndian(to[40..], XxHash3.HashToUInt64(to[..40]));
    }

    /// <returns>Null if the bytes are not a valid summary.</returns>
    public static CommitSummary? Read(ReadOnlySpan<byte> from) =>
        from.Length == Bytes && BinaryPrimitives.ReadInt64LittleEndian(from) == Magic
        && BinaryPrimitives.ReadUInt64LittleEndian(from[40..]) == XxHash3.HashToUInt64(from[..40])
            ? new(
                BinaryPrimitives.ReadInt64LittleEndian(from[8..]), BinaryPrimitives.ReadInt64LittleEndian(from[16..]),
                BinaryPrimitives.ReadInt64LittleEndian(from[24..]), BinaryPrimitives.ReadInt64LittleEndian(from[32..]))
            : null;
}

using System.Buffers.Binary;
using System.IO.Hashing;
using System.Security.Cryptography;

namespace StreamBert.Streaming.Log.Embedded.Files;

/// <summary>How much a log has committed, as it is noted outside of the database.</summary>
/// <param name="Seed">Of the record checksums of this log.</param>
/// <param name="Commits">Transactions committed.</param>
/// <param name="Records">Records appended since the log was created.</param>
/// <param name="Number">Counts the writes of the note.</param>
internal readonly record struct CommitNote(long Seed, long Commits, long Records, long Number)
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

    /// <returns>Null if the bytes are no note.</returns>
    public static CommitNote? Read(ReadOnlySpan<byte> from) =>
        from.Length == Bytes && BinaryPrimitives.ReadInt64LittleEndian(from) == Magic
        && BinaryPrimitives.ReadUInt64LittleEndian(from[40..]) == XxHash3.HashToUInt64(from[..40])
            ? new(
                BinaryPrimitives.ReadInt64LittleEndian(from[8..]), BinaryPrimitives.ReadInt64LittleEndian(from[16..]),
                BinaryPrimitives.ReadInt64LittleEndian(from[24..]), BinaryPrimitives.ReadInt64LittleEndian(from[32..]))
            : null;
}

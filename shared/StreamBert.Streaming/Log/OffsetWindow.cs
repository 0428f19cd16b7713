using System.Buffers.Binary;

namespace StreamBert.Streaming.Log;

/// <summary>
/// Tracks which offsets were seen: one bit for each of the last <see cref="Size"/> up to the highest. Older offsets count as seen, until a
/// whole window of older offsets has come without a newer one between: then the stream has restarted, and the window moves to it.
/// </summary>
internal sealed class OffsetWindow
{
    /// <summary>The number of tracked offsets.</summary>
    public const int Size = 8192;

    /// <summary>The bytes of a saved window: the highest offset, the count of consecutive older offsets, the bits.</summary>
    public const int SavedBytes = BitsAt + Size / 8;

    private const int OlderAt = sizeof(long), BitsAt = OlderAt + sizeof(int), WordBits = 64;

    private readonly ulong[] _bits = new ulong[Size / WordBits];
    private long _highest = -1;
    private int _older;

    /// <summary>Adds an offset.</summary>
    /// <param name="offset">The offset, 0 or more.</param>
    /// <returns>False if it was seen before.</returns>
    public bool Add(long offset)
    {
        if (offset > _highest - Size)
            _older = 0;
        else if (++_older <= Size)
            return false;
        else
            Restart(offset);
        Advance(offset);
        if (Contains(offset))
            return false;
        Word(offset) |= Bit(offset);
        return true;
    }

    /// <summary>Tells whether the offset is in the window and was seen.</summary>
    public bool Contains(long offset) => offset <= _highest && offset > _highest - Size && (Word(offset) & Bit(offset)) != 0;

    public byte[] ToBytes()
    {
        var bytes = new byte[SavedBytes];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, _highest);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(OlderAt), _older);
        for (var word = 0; word < _bits.Length; word++)
            BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(BitsAt + word * sizeof(ulong)), _bits[word]);
        return bytes;
    }

    /// <summary>Restores a saved window; returns null if the bytes are invalid.</summary>
    public static OffsetWindow? FromBytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != SavedBytes)
            return null;
        var window = new OffsetWindow
        {
            _highest = BinaryPrimitives.ReadInt64LittleEndian(bytes),
            _older = BinaryPrimitives.ReadInt32LittleEndian(bytes[OlderAt..])
        };
        for (var word = 0; word < window._bits.Length; word++)
            window._bits[word] = BinaryPrimitives.ReadUInt64LittleEndian(bytes[(BitsAt + word * sizeof(ulong))..]);
        return window is { _highest: >= -1, _older: >= 0 and <= Size } ? window : null;
    }

    private void Restart(long offset)
    {
        Array.Clear(_bits);
        (_highest, _older) = (offset, 0);
    }

    /// <summary>Advances the highest offset; skipped offsets were not seen.</summary>
    private void Advance(long offset)
    {
        if (offset - Size >= _highest) // written this way, no offset of a foreign record overflows
            Restart(offset);
        for (; _highest < offset; _highest++)
            Word(_highest + 1) &= ~Bit(_highest + 1);
    }

    private ref ulong Word(long offset) => ref _bits[offset % Size / WordBits];

    private static ulong Bit(long offset) => 1UL << (int)(offset % WordBits);
}

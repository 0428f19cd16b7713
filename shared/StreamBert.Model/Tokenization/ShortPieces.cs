using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace StreamBert.Model.Tokenization;

/// <summary>
/// The pieces of at most 16 ASCII letters and digits, which running text mostly consists of, in an open-addressing table: a piece is its
/// own key in one
/// vector register, so that finding it takes one comparison. Slots are small and keys stand in the vocabulary's order, which is by
/// frequency: what
/// is used most stays in the nearest cache.
/// </summary>
internal sealed class ShortPieces
{
    public const int MaxLength = 16;
    private const int TagBits = 10;
    private const uint TagMask = uint.MaxValue << (32 - TagBits);
    private static readonly byte[] Masks = [.. Enumerable.Repeat((byte)0xFF, MaxLength), .. new byte[MaxLength]];

    private readonly uint[] _slots; // a tag and the entry's place, counted from 1; 0 is empty
    private readonly Vector128<byte>[] _keys;
    private readonly int[] _ids;
    private readonly int _shift;

    public ShortPieces(IEnumerable<(string Piece, int Id)> pieces)
    {
        var fitting = pieces.Where(static piece => piece.Piece.Length is > 0 and <= MaxLength && piece.Piece.All(char.IsAsciiLetterOrDigit))
            .Take((int)~TagMask)
            .ToList();
        _shift = 64 - 4 - BitOperations.Log2((uint)fitting.Count / 8 + 1); // at most half full
        _slots = new uint[1 << (64 - _shift)];
        _keys = [.. fitting.Select(static piece => Key(piece.Piece))];
        _ids = [.. fitting.Select(static piece => piece.Id)];
        for (var entry = 0; entry < _keys.Length; entry++) Insert(entry);
    }

    /// <summary>The first letters of a key, the rest zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> First(Vector128<byte> letters, int length) =>
        letters & Vector128.LoadUnsafe(ref MemoryMarshal.GetArrayDataReference(Masks), (nuint)(MaxLength - length));

    /// <returns>Its id, or -1.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Find(Vector128<byte> piece)
    {
        var hash = Hash(piece);
        for (var at = (int)(hash >> _shift); ; at = (at + 1) & (_slots.Length - 1))
        {
            // The shift keeps the index inside the table; the compiler cannot know.
            var slot = Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_slots), at);
            if (slot == 0) return -1;
            if (((slot ^ (uint)hash) & TagMask) != 0) continue;
            var entry = (int)(slot & ~TagMask) - 1;
            if (_keys[entry] == piece) return _ids[entry];
        }
    }

    private static ulong Hash(Vector128<byte> piece)
    {
        var halves = piece.AsUInt64();
        return (halves[0] ^ (halves[1] * 0x9E3779B97F4A7C15)) * 0xD6E8FEB86659FD93;
    }

    private static Vector128<byte> Key(string piece)
    {
        Span<byte> bytes = stackalloc byte[MaxLength];
        bytes.Clear();
        for (var i = 0; i < piece.Length; i++) bytes[i] = (byte)piece[i];
        return Vector128.Create<byte>(bytes);
    }

    private void Insert(int entry)
    {
        var hash = Hash(_keys[entry]);
        var at = (int)(hash >> _shift);
        while (_slots[at] != 0) at = (at + 1) & (_slots.Length - 1);
        _slots[at] = ((uint)hash & TagMask) | (uint)(entry + 1);
    }
}

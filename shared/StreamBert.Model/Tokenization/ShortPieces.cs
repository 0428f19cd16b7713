using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace StreamBert.Model.Tokenization;

/// <summary>
/// The pieces of at most 16 ASCII letters and digits, which running text mostly consists of, in an open-addressing table: a piece is its own key in one
/// vector register, so that finding it takes one comparison.
/// </summary>
internal sealed class ShortPieces
{
    public const int MaxLength = 16;
    private static readonly byte[] Masks = [.. Enumerable.Repeat((byte)0xFF, MaxLength), .. new byte[MaxLength]];

    private readonly Slot[] slots;
    private readonly int shift;

    public ShortPieces(IEnumerable<(string Piece, int Id)> pieces)
    {
        var fitting = pieces.Where(piece => piece.Piece.Length is > 0 and <= MaxLength && piece.Piece.All(char.IsAsciiLetterOrDigit)).ToList();
        var bits = 4 + BitOperations.Log2((uint)fitting.Count / 8 + 1); // at most half full
        shift = 64 - bits;
        slots = new Slot[1 << bits];
        Span<byte> bytes = stackalloc byte[MaxLength];
        foreach (var (piece, id) in fitting)
        {
            bytes.Clear();
            for (var i = 0; i < piece.Length; i++) bytes[i] = (byte)piece[i];
            Insert(Vector128.Create<byte>(bytes), id);
        }
    }

    /// <summary>The first letters of a key, the rest zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> First(Vector128<byte> letters, int length) =>
        letters & Vector128.LoadUnsafe(ref MemoryMarshal.GetArrayDataReference(Masks), (nuint)(MaxLength - length));

    /// <returns>Its id, or -1.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Find(Vector128<byte> piece)
    {
        for (var at = Home(piece); ; at = (at + 1) & (slots.Length - 1))
        {
            // Home keeps the index inside the table; the compiler cannot know.
            ref readonly var slot = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(slots), at);
            if (slot.Key == piece) return slot.Id;
            if (slot.Key == Vector128<byte>.Zero) return -1;
        }
    }

    private int Home(Vector128<byte> piece)
    {
        var halves = piece.AsUInt64();
        return (int)(((halves[0] ^ (halves[1] * 0x9E3779B97F4A7C15)) * 0xD6E8FEB86659FD93) >> shift);
    }

    private void Insert(Vector128<byte> key, int id)
    {
        var at = Home(key);
        while (slots[at].Key != Vector128<byte>.Zero) at = (at + 1) & (slots.Length - 1);
        slots[at] = new Slot(key, id);
    }

    private readonly struct Slot(Vector128<byte> key, int id)
    {
        public readonly Vector128<byte> Key = key;
        public readonly int Id = id;
    }
}

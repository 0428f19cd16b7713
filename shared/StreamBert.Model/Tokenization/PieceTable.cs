using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace StreamBert.Model.Tokenization;

/// <summary>
/// Word pieces in an open-addressing hash table over UTF-16. The hash is a polynomial modulo 2⁶⁴ (Karp and Rabin 1987), so that the hash of
/// any part of a word follows from those of its prefixes; what the table finds is compared character by character.
/// </summary>
internal sealed class PieceTable
{
    private const ulong Base = 0x9E3779B97F4A7C15, Mix = 0xD6E8FEB86659FD93;
    private static readonly ulong[] Powers = [.. Enumerable.Range(0, 2 * WordPieceTokenizer.MaxWordLength + 1).Select(Power)];

    private readonly Slot[] _slots;
    private readonly Entry[] _entries;
    private readonly char[] _characters;
    private readonly int _shift;

    public PieceTable(IReadOnlyCollection<(string Piece, int Id)> pieces)
    {
        var bits = 4;
        while (1 << bits < 3 * pieces.Count) bits++;
        _shift = 64 - bits;
        _slots = new Slot[1 << bits];
        _entries = new Entry[pieces.Count];
        _characters = [.. pieces.SelectMany(static piece => piece.Piece)];
        Longest = pieces.Select(static piece => piece.Piece.Length).DefaultIfEmpty().Max();
        var (entry, start) = (0, 0);
        foreach (var (piece, id) in pieces)
        {
            _entries[entry] = new Entry(start, piece.Length, id);
            start += piece.Length;
            Insert(Hash(piece), ++entry);
        }
    }

    /// <summary>Length of the longest piece in UTF-16 units.</summary>
    public int Longest { get; }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Step(ulong hash, char next) => hash * Base + next;

    /// <summary>The hash of a part, from those of the prefixes that end before and with it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Part(ulong before, ulong through, int length) => through - before * Powers[length];

    /// <returns>Its id, or -1.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Find(ulong hash, ReadOnlySpan<char> piece)
    {
        var mixed = hash * Mix;
        for (var at = (int)(mixed >> _shift); ; at = (at + 1) & (_slots.Length - 1))
        {
            // The shift keeps the index inside the table; the compiler cannot know.
            var slot = Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_slots), at);
            if (slot.Entry == 0) return -1;
            if (slot.Tag != (uint)mixed) continue;
            ref readonly var entry = ref _entries[slot.Entry - 1];
            if (_characters.AsSpan(entry.Start, entry.Length).SequenceEqual(piece)) return entry.Id;
        }
    }

    private void Insert(ulong hash, int entry)
    {
        var mixed = hash * Mix;
        var at = (int)(mixed >> _shift);
        while (_slots[at].Entry != 0) at = (at + 1) & (_slots.Length - 1);
        _slots[at] = new Slot((uint)mixed, entry);
    }

    private static ulong Hash(string piece) => piece.Aggregate(0UL, Step);

    private static ulong Power(int exponent)
    {
        var power = 1UL;
        for (; exponent > 0; exponent--) power *= Base;
        return power;
    }

    private readonly record struct Slot(uint Tag, int Entry);

    private readonly record struct Entry(int Start, int Length, int Id);
}

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace StreamBert.Model.Tokenization.WordPiece;

/// <summary>
/// The tokens of a vocabulary in an open-addressing hash table over UTF-16. The hash is a polynomial modulo 2⁶⁴ (Karp and Rabin 1987), so
/// that the hash of any range of a word follows from those of its prefixes. Matches are verified character by character.
/// </summary>
internal sealed class TokenHashTable
{
    private const ulong Base = 0x9E3779B97F4A7C15, Mix = 0xD6E8FEB86659FD93;
    private static readonly ulong[] Powers = [.. Enumerable.Range(0, 2 * TokenizerLimits.MaxWordLength + 1).Select(Power)];

    private readonly VocabularySlot[] _slots;
    private readonly VocabularyEntry[] _entries;
    private readonly char[] _characters;
    private readonly int _shift;

    public TokenHashTable(IReadOnlyCollection<(string Token, int Id)> tokens)
    {
        var bits = 4;
        while (1 << bits < 3 * tokens.Count) bits++;
        _shift = 64 - bits;
        _slots = new VocabularySlot[1 << bits];
        _entries = new VocabularyEntry[tokens.Count];
        _characters = [.. tokens.SelectMany(static token => token.Token)];
        MaxLength = tokens.Select(static token => token.Token.Length).DefaultIfEmpty().Max();
        var (count, start) = (0, 0);
        foreach (var (token, id) in tokens)
        {
            _entries[count] = new VocabularyEntry(start, token.Length, id);
            start += token.Length;
            Insert(Hash(token), ++count);
        }
    }

    /// <summary>Length of the longest token in UTF-16 code units.</summary>
    public int MaxLength { get; }

    /// <summary>Returns the hash of a text extended by a character.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Extend(ulong hash, char next) => hash * Base + next;

    /// <summary>Returns the hash of a range from those of the prefixes that end before it and with it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong HashRange(ulong before, ulong through, int length) => through - before * Powers[length];

    /// <returns>The id of the token, or -1.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Find(ulong hash, ReadOnlySpan<char> token)
    {
        var mixed = hash * Mix;
        for (var index = (int)(mixed >> _shift); ; index = (index + 1) & (_slots.Length - 1))
        {
            // The shift keeps the index inside the table, which the compiler cannot prove.
            var slot = Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_slots), index);
            if (slot.EntryNumber == 0) return -1;
            if (slot.Tag != (uint)mixed) continue;
            ref readonly var entry = ref _entries[slot.EntryNumber - 1];
            if (_characters.AsSpan(entry.Start, entry.Length).SequenceEqual(token)) return entry.Id;
        }
    }

    private void Insert(ulong hash, int entryNumber)
    {
        var mixed = hash * Mix;
        var index = (int)(mixed >> _shift);
        while (_slots[index].EntryNumber != 0) index = (index + 1) & (_slots.Length - 1);
        _slots[index] = new VocabularySlot((uint)mixed, entryNumber);
    }

    private static ulong Hash(string token) => token.Aggregate(0UL, Extend);

    private static ulong Power(int exponent)
    {
        var power = 1UL;
        for (; exponent > 0; exponent--) power *= Base;
        return power;
    }

    /// <param name="EntryNumber">Index of the entry plus one; 0 for an empty slot.</param>
    private readonly record struct VocabularySlot(uint Tag, int EntryNumber);

    private readonly record struct VocabularyEntry(int Start, int Length, int Id);
}

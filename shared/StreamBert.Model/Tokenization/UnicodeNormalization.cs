using System.Text;

namespace StreamBert.Model.Tokenization;

/// <summary>Unicode's normalization forms (Unicode Standard Annex 15), each character with its place in the text.</summary>
internal static class UnicodeNormalization
{
    private const int Syllables = 0xAC00, SyllableCount = 11172, Leads = 0x1100, Vowels = 0x1161, Trails = 0x11A7, VowelCount
        = 21, TrailCount = 28;

    /// <summary>
    /// Canonical decomposition without nonspacing marks: é becomes e. A mark that is dropped still belongs to the character it stood on.
    /// </summary>
    public static void StripMarks(NormalizedText from, NormalizedText into)
    {
        Decompose(from, compatible: false, strip: true, into);
        Reorder(into);
    }

    /// <summary>NFD, or NFKD where compatible.</summary>
    public static void Decompose(NormalizedText from, bool compatible, NormalizedText into)
    {
        Decompose(from, compatible, strip: false, into);
        Reorder(into);
    }

    /// <summary>NFC from NFD, or NFKC from NFKD.</summary>
    public static void Compose(NormalizedText from, NormalizedText into)
    {
        into.Clear();
        var runes = from.Runes();
        var (starter, last) = (-1, -1); // the starter's index, and the class of what stands last behind it; -1: nothing does
        var kept = new List<(int Code, TokenSpan Source)>(runes.Count);
        foreach (var (code, source) in runes)
        {
            int kind = UnicodeTables.CombiningClass(code);
            if (starter >= 0 && (last < 0 || last < kind) && Joined(kept[starter].Code, code) is var joined and >= 0)
            {
                kept[starter] = (joined, new TokenSpan(kept[starter].Source.Start, source.End));
                continue;
            }

            if (kind == 0) (starter, last) = (kept.Count, -1);
            else last = kind;
            kept.Add((code, source));
        }

        foreach (var (code, source) in kept) into.Add(new Rune(code), source);
    }

    private static int Joined(int first, int second)
    {
        if (first is >= Leads and < Leads + 19 && second is >= Vowels and < Vowels + VowelCount)
            return Syllables + ((first - Leads) * VowelCount + second - Vowels) * TrailCount;
        if (first is >= Syllables and < Syllables + SyllableCount && (first - Syllables) % TrailCount == 0
            && second is > Trails and < Trails + TrailCount)
        {
            return first + second - Trails;
        }

        return UnicodeTables.Compose(first, second);
    }

    /// <summary>Marks behind a starter stand in the order of their classes.</summary>
    private static void Reorder(NormalizedText text)
    {
        if (!HasClasses(text.Text)) return;
        var runes = text.Runes();
        text.Clear();
        for (int start = 0, end; start < runes.Count; start = end)
        {
            for (end = start + 1; end < runes.Count && Class(runes[end]) != 0;) end++;
            var first = Class(runes[start]) == 0 ? 1 : 0;
            foreach (var (code, source) in runes.GetRange(start, first)
                .Concat(runes.GetRange(start + first, end - start - first).OrderBy(Class)))
            {
                text.Add(new Rune(code), source);
            }
        }

        static int Class((int Code, TokenSpan Source) rune) => UnicodeTables.CombiningClass(rune.Code);
    }

    private static bool HasClasses(ReadOnlySpan<char> text)
    {
        foreach (var rune in text.EnumerateRunes())
            if (UnicodeTables.CombiningClass(rune.Value) != 0) return true;
        return false;
    }

    private static void Decompose(NormalizedText from, bool compatible, bool strip, NormalizedText into)
    {
        into.Clear();
        var text = from.Text;
        for (int at = 0, length; at < text.Length; at += length)
        {
            Rune.DecodeFromUtf16(text[at..], out var rune, out length);
            var source = new TokenSpan(from.StartOf(at), from.EndOf(at));
            if (rune.Value is >= Syllables and < Syllables + SyllableCount) AddJamo(rune.Value - Syllables, source, into);
            else if (!rune.IsAscii && Parts(rune.Value, compatible) is { } parts)
                foreach (var part in parts.EnumerateRunes()) Add(part, source, strip, into);
            else Add(rune, source, strip, into);
        }
    }

    private static void Add(Rune rune, TokenSpan source, bool strip, NormalizedText into)
    {
        if (strip && Characters.Is(rune.Value, CharacterKinds.Mark)) into.ExtendLast(source.End);
        else into.Add(rune, source);
    }

    private static string? Parts(int code, bool compatible) =>
        compatible && UnicodeTables.Compatible.TryGetValue(code, out var parts) ? parts : UnicodeTables.Canonical.GetValueOrDefault(code);

    /// <summary>Whether stripping changes the character.</summary>
    public static bool Changes(int code) =>
        code is >= Syllables and < Syllables + SyllableCount || UnicodeTables.Canonical.ContainsKey(code)
            || Characters.Is(code, CharacterKinds.Mark);

    /// <summary>A Hangul syllable is its two or three jamo (The Unicode Standard, section 3.12).</summary>
    private static void AddJamo(int syllable, TokenSpan source, NormalizedText into)
    {
        into.Add((char)(Leads + syllable / (VowelCount * TrailCount)), source);
        into.Add((char)(Vowels + syllable % (VowelCount * TrailCount) / TrailCount), source);
        if (syllable % TrailCount > 0) into.Add((char)(Trails + syllable % TrailCount), source);
    }
}

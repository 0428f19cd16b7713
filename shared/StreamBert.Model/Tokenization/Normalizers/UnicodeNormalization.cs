using System.Text;
using StreamBert.Model.Tokenization.Unicode;

namespace StreamBert.Model.Tokenization.Normalizers;

/// <summary>
/// Unicode normalization forms (Unicode Standard Annex 15) and lower case, on texts whose characters keep their source positions.
/// </summary>
internal static class UnicodeNormalization
{
    // Hangul syllables are composed by arithmetic (The Unicode Standard, section 3.12).
    private const int SyllableBase = 0xAC00, SyllableCount = 11172, LeadBase = 0x1100, LeadCount = 19;
    private const int VowelBase = 0x1161, VowelCount = 21, TrailBase = 0x11A7, TrailCount = 28;

    /// <summary>
    /// Decomposes canonically and removes nonspacing marks: é becomes e. The source of a removed mark is that of the character before it.
    /// </summary>
    public static void StripMarks(NormalizedText source, NormalizedText target)
    {
        Decompose(source, isCompatibility: false, stripsMarks: true, target);
        Reorder(target);
    }

    /// <summary>Converts to NFD, or to NFKD with compatibility decompositions.</summary>
    public static void Decompose(NormalizedText source, bool isCompatibility, NormalizedText target)
    {
        Decompose(source, isCompatibility, stripsMarks: false, target);
        Reorder(target);
    }

    /// <summary>Converts NFD to NFC, or NFKD to NFKC.</summary>
    public static void Compose(NormalizedText source, NormalizedText target)
    {
        target.Clear();
        var runes = source.ToRunes();
        var (starter, lastClass) = (-1, -1); // index of the starter, and combining class of the last mark behind it; -1: none
        var composed = new List<(int Code, TokenSpan Source)>(runes.Count);
        foreach (var (code, span) in runes)
        {
            int combiningClass = UnicodeTables.GetCombiningClass(code);
            if (starter >= 0 && (lastClass < 0 || lastClass < combiningClass)
                && ComposePair(composed[starter].Code, code) is var pair and >= 0)
            {
                composed[starter] = (pair, new TokenSpan(composed[starter].Source.Start, span.End));
                continue;
            }

            if (combiningClass == 0) (starter, lastClass) = (composed.Count, -1);
            else lastClass = combiningClass;
            composed.Add((code, span));
        }

        foreach (var (code, span) in composed) target.Add(new Rune(code), span);
    }

    /// <summary>Converts to lower case.</summary>
    public static void ToLower(NormalizedText source, NormalizedText target)
    {
        target.Clear();
        var text = source.Text;
        for (int index = 0, length; index < text.Length; index += length)
        {
            Rune.DecodeFromUtf16(text[index..], out var rune, out length);
            AddLower(rune, new TokenSpan(source.SourceStart(index), source.SourceEnd(index)), target);
        }
    }

    /// <summary>Adds the lower case of a character.</summary>
    public static void AddLower(Rune rune, TokenSpan source, NormalizedText target)
    {
        if (UnicodeTables.TryGetLower(rune, out var lower)) target.Add(lower, source);
        else if (UnicodeTables.FindLower(rune) is { } other) target.Add(other, source);
        else target.Add(rune, source);
    }

    /// <summary>Determines whether <see cref="StripMarks"/> changes a character.</summary>
    public static bool IsChangedByStripping(int code) =>
        IsSyllable(code) || UnicodeTables.CanonicalDecompositions.ContainsKey(code)
            || CharacterTable.Is(code, CharacterKinds.NonspacingMark);

    private static bool IsSyllable(int code) => code is >= SyllableBase and < SyllableBase + SyllableCount;

    /// <returns>The character that two characters compose to, or -1.</returns>
    private static int ComposePair(int first, int second)
    {
        if (first is >= LeadBase and < LeadBase + LeadCount && second is >= VowelBase and < VowelBase + VowelCount)
            return SyllableBase + ((first - LeadBase) * VowelCount + second - VowelBase) * TrailCount;
        if (IsSyllable(first) && (first - SyllableBase) % TrailCount == 0 && second is > TrailBase and < TrailBase + TrailCount)
            return first + second - TrailBase;
        return UnicodeTables.Compose(first, second);
    }

    /// <summary>Sorts the marks behind each starter by their combining classes (canonical ordering).</summary>
    private static void Reorder(NormalizedText text)
    {
        if (!HasCombiningClasses(text.Text)) return;
        var runes = text.ToRunes();
        text.Clear();
        for (int start = 0, end; start < runes.Count; start = end)
        {
            for (end = start + 1; end < runes.Count && ClassOf(runes[end]) != 0;) end++;
            var starterCount = ClassOf(runes[start]) == 0 ? 1 : 0;
            var marks = runes.GetRange(start + starterCount, end - start - starterCount).OrderBy(ClassOf);
            foreach (var (code, source) in runes.GetRange(start, starterCount).Concat(marks)) text.Add(new Rune(code), source);
        }

        static int ClassOf((int Code, TokenSpan Source) rune) => UnicodeTables.GetCombiningClass(rune.Code);
    }

    private static bool HasCombiningClasses(ReadOnlySpan<char> text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (UnicodeTables.GetCombiningClass(rune.Value) != 0) return true;
        }

        return false;
    }

    private static void Decompose(NormalizedText source, bool isCompatibility, bool stripsMarks, NormalizedText target)
    {
        target.Clear();
        var text = source.Text;
        for (int index = 0, length; index < text.Length; index += length)
        {
            Rune.DecodeFromUtf16(text[index..], out var rune, out length);
            var span = new TokenSpan(source.SourceStart(index), source.SourceEnd(index));
            if (IsSyllable(rune.Value))
            {
                AddJamo(rune.Value - SyllableBase, span, target);
            }
            else if (!rune.IsAscii && FindDecomposition(rune.Value, isCompatibility) is { } parts)
            {
                foreach (var part in parts.EnumerateRunes()) Add(part, span, stripsMarks, target);
            }
            else
            {
                Add(rune, span, stripsMarks, target);
            }
        }
    }

    private static void Add(Rune rune, TokenSpan source, bool stripsMarks, NormalizedText target)
    {
        if (stripsMarks && CharacterTable.Is(rune.Value, CharacterKinds.NonspacingMark)) target.ExtendLast(source.End);
        else target.Add(rune, source);
    }

    private static string? FindDecomposition(int code, bool isCompatibility) =>
        isCompatibility && UnicodeTables.CompatibilityDecompositions.TryGetValue(code, out var parts)
            ? parts
            : UnicodeTables.CanonicalDecompositions.GetValueOrDefault(code);

    /// <summary>Adds the two or three jamo of a Hangul syllable.</summary>
    private static void AddJamo(int syllable, TokenSpan source, NormalizedText target)
    {
        target.Add((char)(LeadBase + syllable / (VowelCount * TrailCount)), source);
        target.Add((char)(VowelBase + syllable % (VowelCount * TrailCount) / TrailCount), source);
        if (syllable % TrailCount > 0) target.Add((char)(TrailBase + syllable % TrailCount), source);
    }
}

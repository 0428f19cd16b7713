using System.Globalization;
using System.Numerics;
using System.Text;

namespace StreamBert.Contracts;

/// <summary>
/// Computes a 64-bit fingerprint of a text that differs in few bits for nearly equal texts (Charikar 2002; Manku, Jain and Das Sarma
/// 2007), so that copies of one story can be recognised without the text.
/// </summary>
/// <remarks>
/// The features are the character trigrams of the normalised text: letters and digits in lower case, without links, mentions of users and
/// a leading "RT", and with one space between words. It works for scripts without spaces as well.
/// </remarks>
public static class SimHash
{
    /// <summary>The largest distance of two near-duplicates, in bits.</summary>
    public const int NearDuplicateDistance = 3;

    private const int Bits = 64;
    private const int FeatureLength = 3;

    /// <summary>Returns the fingerprint of a text.</summary>
    public static ulong Of(string text)
    {
        var normalised = Normalise(text);
        if (normalised.Length < FeatureLength)
            return Hash(normalised.Length == 0 ? text.Trim() : normalised);
        Span<int> sums = stackalloc int[Bits];
        for (var start = 0; start + FeatureLength <= normalised.Length; start++)
            Add(sums, Hash(normalised.AsSpan(start, FeatureLength)));
        var fingerprint = 0UL;
        for (var bit = 0; bit < Bits; bit++)
            fingerprint |= sums[bit] > 0 ? 1UL << bit : 0;
        return fingerprint;
    }

    /// <summary>Returns the number of bits in which two fingerprints differ.</summary>
    public static int Distance(ulong a, ulong b) => BitOperations.PopCount(a ^ b);

    /// <summary>Writes a fingerprint as 16 hexadecimal digits.</summary>
    public static string Format(ulong fingerprint) => fingerprint.ToString("x16", CultureInfo.InvariantCulture);

    /// <summary>Reads a fingerprint of 16 hexadecimal digits.</summary>
    public static bool TryParse(string? text, out ulong fingerprint)
    {
        fingerprint = 0;
        return text is { Length: Bits / 4 }
            && ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out fingerprint);
    }

    /// <summary>Returns the normalised form of a text.</summary>
    public static string Normalise(string text)
    {
        var result = new StringBuilder(text.Length);
        foreach (var range in text.AsSpan().SplitAny(" \t\r\n"))
        {
            var word = text.AsSpan()[range];
            if (!IsIgnored(word, isFirst: result.Length == 0))
                Append(result, word);
        }
        return result.ToString();
    }

    private static bool IsIgnored(ReadOnlySpan<char> word, bool isFirst) =>
        word.StartsWith("@") || word.StartsWith("www.", StringComparison.OrdinalIgnoreCase)
        || word.Contains("://", StringComparison.Ordinal) || isFirst && word.Equals("RT", StringComparison.Ordinal);

    private static void Append(StringBuilder result, ReadOnlySpan<char> word)
    {
        var needsSpace = result.Length > 0;
        foreach (var rune in word.EnumerateRunes())
        {
            if (!Rune.IsLetterOrDigit(rune))
                continue;
            if (needsSpace)
                result.Append(' ');
            needsSpace = false;
            result.Append(Rune.ToLowerInvariant(rune).ToString());
        }
    }

    private static void Add(Span<int> sums, ulong hash)
    {
        for (var bit = 0; bit < Bits; bit++)
            sums[bit] += (int)(hash >> bit & 1) * 2 - 1;
    }

    /// <summary>Computes FNV-1a and mixes it as MurmurHash3 does, because a bit of FNV-1a depends on lower bits only.</summary>
    private static ulong Hash(ReadOnlySpan<char> feature)
    {
        var hash = 14695981039346656037UL;
        foreach (var character in feature)
            hash = (hash ^ character) * 1099511628211UL;
        hash = (hash ^ hash >> 33) * 0xff51afd7ed558ccdUL;
        hash = (hash ^ hash >> 33) * 0xc4ceb9fe1a85ec53UL;
        return hash ^ hash >> 33;
    }
}

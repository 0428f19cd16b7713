using System.Globalization;
using System.Text;

namespace StreamBert.Model.Tokenization.Unicode;

/// <summary>
/// Decompositions, compositions, combining classes and lower-case mappings of the Rust <c>tokenizers</c> 0.23 for every code point.
/// </summary>
internal static class UnicodeTables
{
    /// <summary>Marks a code unit whose lower case is more than one unit; no text contains this noncharacter.</summary>
    private const char Unmapped = '\uffff';

    private static readonly char[] LowerUnits = [.. Enumerable.Range(0, 0x10000).Select(static unit => (char)unit)];
    private static readonly Dictionary<int, string> LowerTexts = [];
    private static readonly Dictionary<long, int> Compositions = [];
    private static readonly Dictionary<int, byte> CombiningClasses = [];

    static UnicodeTables()
    {
        using var stream = typeof(UnicodeTables).Assembly.GetManifestResourceStream("normalization")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        while (reader.ReadLine() is { } line)
        {
            var rune = Rune.GetRuneAt(line, 1);
            AddEntry(line[0], rune, line[(1 + rune.Utf16SequenceLength)..]);
        }
    }

    /// <summary>Full canonical decompositions, except those of Hangul syllables.</summary>
    public static Dictionary<int, string> CanonicalDecompositions { get; } = [];

    /// <summary>Full compatibility decompositions where they differ from the canonical ones.</summary>
    public static Dictionary<int, string> CompatibilityDecompositions { get; } = [];

    public static byte GetCombiningClass(int code) => code < 0x300 ? (byte)0 : CombiningClasses.GetValueOrDefault(code);

    /// <returns>The character that two characters compose to, or -1.</returns>
    public static int Compose(int first, int second) => Compositions.TryGetValue(ToKey(first, second), out var code) ? code : -1;

    /// <summary>Maps a character of one code unit to lower case.</summary>
    /// <returns>
    /// False if its lower case is more than one unit, or if the character is more than one unit: then <see cref="FindLower"/> applies.
    /// </returns>
    public static bool TryGetLower(Rune rune, out char lower)
    {
        lower = rune.IsBmp ? LowerUnits[rune.Value] : Unmapped;
        return lower != Unmapped;
    }

    /// <returns>The lower case of a character that <see cref="TryGetLower"/> does not map; null if it is the character itself.</returns>
    public static string? FindLower(Rune rune) => LowerTexts.GetValueOrDefault(rune.Value);

    private static void AddEntry(char table, Rune rune, string value)
    {
        switch (table)
        {
            case 'D':
                CanonicalDecompositions.Add(rune.Value, value);
                break;
            case 'K':
                CompatibilityDecompositions.Add(rune.Value, value);
                break;
            case 'C':
                var first = Rune.GetRuneAt(value, 0);
                Compositions.Add(ToKey(first.Value, Rune.GetRuneAt(value, first.Utf16SequenceLength).Value), rune.Value);
                break;
            case 'Z':
                CombiningClasses.Add(rune.Value, byte.Parse(value, CultureInfo.InvariantCulture));
                break;
            default:
                AddLower(rune, value);
                break;
        }
    }

    private static void AddLower(Rune rune, string lower)
    {
        if (rune.IsBmp) LowerUnits[rune.Value] = lower.Length == 1 ? lower[0] : Unmapped;
        if (!rune.IsBmp || lower.Length > 1) LowerTexts.Add(rune.Value, lower);
    }

    private static long ToKey(int first, int second) => ((long)first << 32) | (uint)second;
}

using System.Text;

namespace StreamBert.Model.Tokenization;

/// <summary>
/// Decompositions, compositions, combining classes and lower case as the Rust <c>tokenizers</c> 0.23 have them, read from their answers for
/// every code point.
/// </summary>
internal static class UnicodeTables
{
    private static readonly char[] LowerOfUnit = [.. Enumerable.Range(0, 0x10000).Select(static unit => (char)unit)];
    private static readonly Dictionary<int, string> LowerOfOther = [];

    static UnicodeTables()
    {
        using var stream = typeof(UnicodeTables).Assembly.GetManifestResourceStream("normalization")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        while (reader.ReadLine() is { } line)
        {
            var rune = Rune.GetRuneAt(line, 1);
            var rest = line[(1 + rune.Utf16SequenceLength)..];
            switch (line[0])
            {
                case 'D': Canonical.Add(rune.Value, rest); break;
                case 'K': Compatible.Add(rune.Value, rest); break;
                case 'C':
                    Compositions.Add(
                    Pair(Rune.GetRuneAt(rest, 0).Value, Rune.GetRuneAt(rest, Rune.GetRuneAt(rest, 0).Utf16SequenceLength).Value),
                    rune.Value); break;
                case 'Z': Classes.Add(rune.Value, byte.Parse(rest, System.Globalization.CultureInfo.InvariantCulture)); break;
                default: AddLower(rune, rest); break;
            }
        }
    }

    /// <summary>Full canonical decompositions, but for Hangul syllables.</summary>
    public static Dictionary<int, string> Canonical { get; } = [];

    /// <summary>Full compatibility decompositions where they differ from the canonical ones.</summary>
    public static Dictionary<int, string> Compatible { get; } = [];

    private static Dictionary<long, int> Compositions { get; } = [];
    private static Dictionary<int, byte> Classes { get; } = [];

    public static byte CombiningClass(int code) => code < 0x300 ? (byte)0 : Classes.GetValueOrDefault(code);

    /// <summary>The character that two make together, or -1.</summary>
    public static int Compose(int first, int second) => Compositions.TryGetValue(Pair(first, second), out var code) ? code : -1;

    /// <summary>Adds the lower case of a character, which is one character but for İ.</summary>
    public static void AddLower(Rune rune, TokenSpan source, NormalizedText into)
    {
        if (rune.IsBmp && LowerOfUnit[rune.Value] is var lower and not '\uffff') into.Add(lower, source);
        else if (LowerOfOther.TryGetValue(rune.Value, out var other)) into.Add(other, source);
        else into.Add(rune, source);
    }

    private static void AddLower(Rune rune, string lower)
    {
        if (rune.IsBmp) LowerOfUnit[rune.Value] = lower.Length == 1 ? lower[0] : '\uffff'; // a character that no text holds
        if (!rune.IsBmp || lower.Length > 1) LowerOfOther.Add(rune.Value, lower);
    }

    private static long Pair(int first, int second) => ((long)first << 32) | (uint)second;
}

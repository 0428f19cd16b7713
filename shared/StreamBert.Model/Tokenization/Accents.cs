using System.Text;

namespace StreamBert.Model.Tokenization;

/// <summary>
/// Canonical decomposition without the marks: é becomes e. The table is the Unicode Character Database's (version 14, what the
/// reference tokenizer used), so that ids depend neither on the machine's ICU nor on whether it has one.
/// </summary>
internal static class Accents
{
    private static readonly Dictionary<int, string> Decompositions = ReadTable();

    /// <summary>Writes <paramref name="from"/> without its accents.</summary>
    public static void Strip(NormalizedWord from, NormalizedWord into)
    {
        into.Clear();
        var text = from.Text;
        for (var at = 0; at < text.Length;)
        {
            Rune.DecodeFromUtf16(text[at..], out var rune, out var length);
            var source = new TokenSpan(from.StartOf(at), from.EndOf(at));
            if (Characters.ClassOf(rune.Value) == CharacterClass.Mark) into.ExtendLast(source.End);
            else if (rune.Value is >= 0xAC00 and <= 0xD7A3) AddJamo(into, rune.Value - 0xAC00, source);
            else if (!rune.IsAscii && Decompositions.TryGetValue(rune.Value, out var plain)) into.Add(plain, source);
            else into.Add(text.Slice(at, length), source);
            at += length;
        }
    }

    /// <summary>Whether stripping changes the character.</summary>
    public static bool Changes(int code) =>
        code is >= 0xAC00 and <= 0xD7A3 || Decompositions.ContainsKey(code) || Characters.ClassOf(code) == CharacterClass.Mark;

    /// <summary>A Hangul syllable is its two or three jamo (The Unicode Standard, section 3.12).</summary>
    private static void AddJamo(NormalizedWord into, int syllable, TokenSpan source)
    {
        into.Add((char)(0x1100 + syllable / 588), source);
        into.Add((char)(0x1161 + syllable % 588 / 28), source);
        if (syllable % 28 > 0) into.Add((char)(0x11A7 + syllable % 28), source);
    }

    private static Dictionary<int, string> ReadTable()
    {
        using var stream = typeof(Accents).Assembly.GetManifestResourceStream("decompositions")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var table = new Dictionary<int, string>();
        while (reader.ReadLine() is { } line)
        {
            var rune = Rune.GetRuneAt(line, 0);
            table.Add(rune.Value, line[rune.Utf16SequenceLength..]);
        }

        return table;
    }
}

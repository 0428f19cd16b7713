using System.Globalization;
using System.Text;

namespace StreamBert.Model.Tokenization;

/// <summary>
/// Canonical decomposition without the marks: é becomes e. The table is the Unicode Character Database's (version 14, what the
/// reference tokenizer used), so that ids depend neither on the machine's ICU nor on whether it has one.
/// </summary>
internal static class Accents
{
    private static readonly Dictionary<Rune, string> Decompositions = ReadTable();

    public static string Strip(string text)
    {
        var stripped = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.GetUnicodeCategory(rune) == UnicodeCategory.NonSpacingMark) continue;
            if (rune.Value is >= 0xAC00 and <= 0xD7A3) AppendJamo(stripped, rune.Value - 0xAC00);
            else if (Decompositions.TryGetValue(rune, out var plain)) stripped.Append(plain);
            else stripped.Append(rune.ToString());
        }

        return stripped.ToString();
    }

    /// <summary>A Hangul syllable is its two or three jamo (The Unicode Standard, section 3.12).</summary>
    private static void AppendJamo(StringBuilder target, int syllable)
    {
        target.Append((char)(0x1100 + syllable / 588)).Append((char)(0x1161 + syllable % 588 / 28));
        if (syllable % 28 > 0) target.Append((char)(0x11A7 + syllable % 28));
    }

    private static Dictionary<Rune, string> ReadTable()
    {
        using var stream = typeof(Accents).Assembly.GetManifestResourceStream("decompositions")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var table = new Dictionary<Rune, string>();
        while (reader.ReadLine() is { } line)
        {
            var rune = Rune.GetRuneAt(line, 0);
            table.Add(rune, line[rune.Utf16SequenceLength..]);
        }

        return table;
    }
}

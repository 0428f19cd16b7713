using System.Globalization;

namespace StreamBert.Model.Tokenization;

/// <summary>What BERT's tokenizer sees in a character.</summary>
internal enum CharacterClass : byte
{
    Other,

    /// <summary>Category C* but for tab and line ends, U+0000 and U+FFFD: dropped.</summary>
    Control,

    /// <summary>Category Z*, tab and line ends: splits words.</summary>
    White,

    /// <summary>Category P* and every ASCII symbol: a word of its own.</summary>
    Punctuation,

    /// <summary>Category Mn: dropped where accents are stripped.</summary>
    Mark,
}

/// <summary>
/// Classes of all code points by the Unicode Character Database, version 14 as in the reference tokenizer: ids must not change with the
/// framework's own tables.
/// </summary>
internal static class Characters
{
    private static readonly CharacterClass[] Classes = ReadTable();

    public static CharacterClass ClassOf(int code) => Classes[code];

    /// <summary>The ranges that BERT calls Chinese: CJK ideographs, not kana or Hangul.</summary>
    public static bool IsCjk(int code) =>
        code is >= 0x4E00 and <= 0x9FFF or >= 0x3400 and <= 0x4DBF or >= 0x20000 and <= 0x2A6DF or >= 0x2A700 and <= 0x2B73F
            or >= 0x2B740 and <= 0x2B81F or >= 0x2B820 and <= 0x2CEAF or >= 0xF900 and <= 0xFAFF or >= 0x2F800 and <= 0x2FA1F;

    /// <summary>A line of the table is a code point or a range, hexadecimal, and a letter.</summary>
    private static CharacterClass[] ReadTable()
    {
        using var stream = typeof(Characters).Assembly.GetManifestResourceStream("characters")!;
        using var reader = new StreamReader(stream);
        var classes = new CharacterClass[0x110000];
        while (reader.ReadLine() is { } line)
        {
            var range = line[..^2].Split('-');
            var (first, last) = (Code(range[0]), Code(range[^1]));
            classes.AsSpan(first, last - first + 1).Fill(line[^1] switch
            {
                'C' => CharacterClass.Control,
                'W' => CharacterClass.White,
                'P' => CharacterClass.Punctuation,
                _ => CharacterClass.Mark,
            });
        }

        return classes;
    }

    private static int Code(string hexadecimal) => int.Parse(hexadecimal, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}

using System.Globalization;

namespace StreamBert.Model.Tokenization;

/// <summary>What the reference tokenizer's tables say of a character; more than one may hold.</summary>
[Flags]
internal enum CharacterKinds : ushort
{
    None = 0,

    /// <summary>Controls, formats and private use, as BERT's cleaning drops them; U+FFFD too.</summary>
    Control = 1,
    White = 2,

    /// <summary>Category P* and every ASCII symbol.</summary>
    Punctuation = 4,

    /// <summary>A nonspacing mark, which BERT's stripping of accents drops.</summary>
    Mark = 8,

    /// <summary>Any mark, which the normalizer StripAccents drops.</summary>
    AnyMark = 16,

    /// <summary>What a regular expression calls a word character (<c>\w</c>).</summary>
    Word = 32,
    Letter = 64,
    Number = 128,

    /// <summary>A number for the pre-tokenizer Digits, whose table is newer.</summary>
    Numeric = 256,
}

/// <summary>What BERT's tokenizer sees in a character.</summary>
internal enum CharacterClass : byte
{
    Other,

    /// <summary>Dropped, but for tab and line ends.</summary>
    Control,

    /// <summary>Splits words.</summary>
    White,

    /// <summary>A word of its own.</summary>
    Punctuation,

    /// <summary>Dropped where accents are stripped.</summary>
    Mark,
}

/// <summary>
/// All code points as the Rust <c>tokenizers</c> 0.23 see them, whose tables are of several versions of Unicode: of marks and punctuation
/// newer than Unicode 8
/// they know nothing, and what no version has assigned is an ordinary character. Ids must not change with the framework's own tables.
/// </summary>
internal static class Characters
{
    private const string Letters = "CWPMcwLNn";
    private static readonly CharacterKinds[] Kinds = ReadTable();
    private static readonly CharacterClass[] Classes = [.. Kinds.Select(Class)];

    public static CharacterClass ClassOf(int code) => Classes[code];

    public static bool Is(int code, CharacterKinds kind) => (Kinds[code] & kind) != 0;

    /// <summary>
    /// The ranges that BERT calls Chinese: CJK ideographs, not kana or Hangul; with the gap before U+2B920 that the reference has.
    /// </summary>
    public static bool IsCjk(int code) =>
        code is >= 0x4E00 and <= 0x9FFF or >= 0x3400 and <= 0x4DBF or >= 0x20000 and <= 0x2A6DF or >= 0x2A700 and <= 0x2B73F
            or >= 0x2B740 and <= 0x2B81F or >= 0x2B920 and <= 0x2CEAF or >= 0xF900 and <= 0xFAFF or >= 0x2F800 and <= 0x2FA1F;

    private static CharacterClass Class(CharacterKinds kinds) =>
        (kinds & CharacterKinds.Control) != 0 ? CharacterClass.Control
        : (kinds & CharacterKinds.White) != 0 ? CharacterClass.White
        : (kinds & CharacterKinds.Punctuation) != 0 ? CharacterClass.Punctuation
        : (kinds & CharacterKinds.Mark) != 0 ? CharacterClass.Mark
        : CharacterClass.Other;

    /// <summary>A line of the table is a code point or a range, hexadecimal, and a letter for each kind.</summary>
    private static CharacterKinds[] ReadTable()
    {
        using var stream = typeof(Characters).Assembly.GetManifestResourceStream("characters")!;
        using var reader = new StreamReader(stream);
        var kinds = new CharacterKinds[0x110000];
        while (reader.ReadLine() is { } line)
        {
            var parts = line.Split(' ');
            var range = parts[0].Split('-');
            var (first, last) = (Code(range[0]), Code(range[^1]));
            kinds.AsSpan(first, last - first + 1)
                .Fill((CharacterKinds)parts[1].Sum(static letter => 1 << Letters.IndexOf(letter, StringComparison.Ordinal)));
        }

        return kinds;
    }

    private static int Code(string hexadecimal) => int.Parse(hexadecimal, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}

using System.Globalization;

namespace StreamBert.Model.Tokenization.Unicode;

/// <summary>
/// The properties of all code points as in the Rust <c>tokenizers</c> 0.23, whose tables are of several Unicode versions: marks and
/// punctuation newer than Unicode 8, and unassigned code points, are ordinary characters. The framework's own tables are not used, because
/// they change with its version.
/// </summary>
internal static class CharacterTable
{
    /// <summary>The letter of each kind in the table, in the order of its bits.</summary>
    private const string KindLetters = "CWPMcwLNn";

    private static readonly CharacterKinds[] Kinds = ReadTable();
    private static readonly CharacterClass[] Classes = [.. Kinds.Select(Classify)];

    public static CharacterClass GetClass(int code) => Classes[code];

    public static bool Is(int code, CharacterKinds kind) => (Kinds[code] & kind) != 0;

    /// <summary>
    /// Determines whether BERT treats a character as Chinese: CJK ideographs, not kana or Hangul, with the reference's gap before U+2B920.
    /// </summary>
    public static bool IsCjk(int code) =>
        code is >= 0x4E00 and <= 0x9FFF or >= 0x3400 and <= 0x4DBF or >= 0x20000 and <= 0x2A6DF or >= 0x2A700 and <= 0x2B73F
            or >= 0x2B740 and <= 0x2B81F or >= 0x2B920 and <= 0x2CEAF or >= 0xF900 and <= 0xFAFF or >= 0x2F800 and <= 0x2FA1F;

    private static CharacterClass Classify(CharacterKinds kinds) =>
        (kinds & CharacterKinds.Control) != 0 ? CharacterClass.Control
        : (kinds & CharacterKinds.WhiteSpace) != 0 ? CharacterClass.WhiteSpace
        : (kinds & CharacterKinds.Punctuation) != 0 ? CharacterClass.Punctuation
        : (kinds & CharacterKinds.NonspacingMark) != 0 ? CharacterClass.NonspacingMark
        : CharacterClass.Other;

    /// <summary>Reads the table: a line holds a code point or a range, in hexadecimal, and a letter for each kind.</summary>
    private static CharacterKinds[] ReadTable()
    {
        using var stream = typeof(CharacterTable).Assembly.GetManifestResourceStream("characters")!;
        using var reader = new StreamReader(stream);
        var kinds = new CharacterKinds[0x110000];
        while (reader.ReadLine() is { } line)
        {
            var columns = line.Split(' ');
            var range = columns[0].Split('-');
            var (first, last) = (ParseCode(range[0]), ParseCode(range[^1]));
            kinds.AsSpan(first, last - first + 1)
                .Fill((CharacterKinds)columns[1].Sum(static letter => 1 << KindLetters.IndexOf(letter, StringComparison.Ordinal)));
        }

        return kinds;
    }

    private static int ParseCode(string hexadecimal) => int.Parse(hexadecimal, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}

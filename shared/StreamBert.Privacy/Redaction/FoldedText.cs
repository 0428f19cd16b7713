using System.Globalization;
using System.Text;

namespace StreamBert.Privacy.Redaction;

/// <summary>
/// A normalized text for the detectors: every decimal digit is 0 to 9, full-width letters and signs are ASCII, every dash is <c>- </c>,
/// every blank is a space, and
/// invisible characters are removed. A number with other digits or with a zero-width space in it is detected like any other.
/// </summary>
internal sealed class FoldedText
{
    private readonly string _source;

    /// <summary>The position in the original of each folded character; null if all positions are equal.</summary>
    private readonly int[]? _origins;

    private FoldedText(string source, string text, int[]? origins) => (_source, Text, _origins) = (source, text, origins);

    public string Text { get; }

    public static FoldedText Of(string original) =>
        Ascii.IsValid(original) && !original.Contains('\0') ? new(original, original, null) : Fold(original);

    /// <summary>Maps a span of the folded text to a span of the original, including invisible characters inside.</summary>
    public (int Start, int End) Original(int start, int end) =>
        _origins is null ? (start, end) : (_origins[start], _origins[end - 1] + (char.IsHighSurrogate(_source[_origins[end - 1]]) ? 2 : 1));

    private static FoldedText Fold(string original)
    {
        var text = new StringBuilder(original.Length);
        var origins = new int[original.Length];
        for (var i = 0; i < original.Length; i++)
        {
            var folded = char.IsHighSurrogate(original[i]) ? FoldPair(original, i) : Fold(original[i]);
            if (folded == '\0')
                continue;
            origins[text.Length] = i;
            text.Append(folded);
            if (char.IsHighSurrogate(original[i]) && folded is >= '0' and <= '9')
                i++;
        }
        return new(original, text.ToString(), origins);
    }

    /// <summary>Digits outside of the basic plane, such as mathematical ones; other pairs stay as they are.</summary>
    private static char FoldPair(string text, int at) =>
        CharUnicodeInfo.GetDecimalDigitValue(text, at) is >= 0 and var digit ? (char)('0' + digit) : text[at];

    /// <returns>NUL for a character that is removed.</returns>
    private static char Fold(char c) => c switch
    {
        < '\u0080' => c,
        '\u00A0' or '\u202F' or '\u205F' or '\u3000' or (>= '\u2000' and <= '\u200A') => ' ',
        '\u00AD' or '\uFEFF' or '\u2060' or '\u180E' or '\u034F' or (>= '\u200B' and <= '\u200F') or (>= '\u202A' and <= '\u202E') => '\0',
        (>= '\u2010' and <= '\u2015') or '\u2212' or '\uFE58' or '\uFE63' => '-',
        >= '\uFF01' and <= '\uFF5E' => (char)(c - 0xFEE0),
        _ when CharUnicodeInfo.GetDecimalDigitValue(c) is >= 0 and var digit => (char)('0' + digit),
        _ => c,
    };
}

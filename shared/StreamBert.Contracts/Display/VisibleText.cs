using System.Globalization;
using System.Text;

namespace StreamBert.Contracts;

/// <summary>
/// Escapes external text for display: characters that would control a terminal, forge a line or hide text (control and escape characters,
/// bidirectional and zero-width characters, line separators, unpaired surrogates) are replaced by an escape such as <c>\u001b</c>. In JSON
/// these escapes denote the same characters, so it stays valid.
/// </summary>
public static class VisibleText
{
    /// <summary>Letters and marks without width.</summary>
    private const string Invisible = "\u034F\u115F\u1160\u17B4\u17B5\u3164\uFFA0";

    /// <summary>Escapes text as one line.</summary>
    public static string EscapeLine(string text) => Escape(text, keepLines: false);

    /// <summary>Escapes text and keeps its line breaks.</summary>
    public static string EscapeLines(string text) => Escape(text, keepLines: true);

    /// <summary>Tells whether text is visible as it is, on one line without tabs, as names must be.</summary>
    public static bool IsPlain(ReadOnlySpan<char> text) => FirstHidden(text, keepLines: false) < 0 && !text.Contains('\t');

    /// <summary>Returns how many of the next UTF-16 code units (one or two) are hidden; 0: the next character is visible.</summary>
    internal static int Hidden(ReadOnlySpan<char> text, bool keepLines)
    {
        var c = text[0];
        if (c is >= ' ' and <= '~' or '\t' || (keepLines && c == '\n'))
            return 0;
        if (!char.IsSurrogate(c))
            return IsHidden(CharUnicodeInfo.GetUnicodeCategory(c)) || Invisible.Contains(c) ? 1 : 0;
        return Rune.DecodeFromUtf16(text, out var rune, out var used) != System.Buffers.OperationStatus.Done
            || IsHidden(Rune.GetUnicodeCategory(rune)) ? used : 0;
    }

    private static string Escape(string text, bool keepLines)
    {
        var at = FirstHidden(text, keepLines);
        if (at < 0)
            return text;
        var shown = new StringBuilder(text, 0, at, text.Length + 32);
        while (at < text.Length)
        {
            var rest = text.AsSpan(at);
            var hidden = Hidden(rest, keepLines);
            var length = hidden > 0 ? hidden : char.IsSurrogate(rest[0]) ? 2 : 1;
            if (hidden > 0)
            {
                foreach (var unit in rest[..length])
                    shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)unit:x4}");
            }
            else
            {
                shown.Append(rest[..length]);
            }

            at += length;
        }
        return shown.ToString();
    }

    private static int FirstHidden(ReadOnlySpan<char> text, bool keepLines)
    {
        for (var at = text.IndexOfAnyExceptInRange(' ', '~') is >= 0 and var other ? other : text.Length; at < text.Length; at++)
        {
            if (Hidden(text[at..], keepLines) > 0)
                return at;
            else if (char.IsSurrogate(text[at]))
                at++;
        }

        return -1;
    }

    private static bool IsHidden(UnicodeCategory category) => category is UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate;
}

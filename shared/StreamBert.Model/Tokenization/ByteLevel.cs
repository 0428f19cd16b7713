using System.Text;

namespace StreamBert.Model.Tokenization;

/// <summary>
/// GPT-2's byte-level text (Radford et al. 2019): how it splits words, and the visible character it writes for each byte.
/// </summary>
internal static class ByteLevel
{
    /// <summary>What is written for a space.</summary>
    public const char Space = '\u0120';

    private static readonly char[] Visible = CreateVisible();

    private enum Kind
    {
        Space,
        Letter,
        Number,
        Other,
    }

    /// <summary>The bytes of a text as visible characters.</summary>
    public static string Write(ReadOnlySpan<char> text)
    {
        var bytes = Encoding.UTF8.GetBytes(text.ToArray());
        return string.Create(bytes.Length, bytes, static (visible, bytes) =>
        {
            for (var i = 0; i < bytes.Length; i++) visible[i] = Visible[bytes[i]];
        });
    }

    /// <summary>
    /// The end of the word that begins at <paramref name="at"/>: a contraction; letters, digits or other signs, each with the one space
    /// before
    /// them; or white space, which leaves its last character to the word that follows. Over code points, where .NET's regular expressions
    /// would see halves of surrogate pairs.
    /// </summary>
    public static int WordEnd(ReadOnlySpan<char> text, int at)
    {
        if (Contraction(text[at..]) is var contraction and > 0) return at + contraction;
        var start = text[at] == ' ' && at + 1 < text.Length ? at + 1 : at;
        var kind = KindAt(text[start..], out _);
        if (kind != Kind.Space) return RunEnd(text, start, kind);
        var end = RunEnd(text, at, Kind.Space);
        return end == text.Length || end == at + 1 ? end : end - 1;
    }

    /// <summary>White space as Unicode defines it.</summary>
    public static bool IsSpace(char character) => char.IsWhiteSpace(character);

    private static int Contraction(ReadOnlySpan<char> text) => text switch
    {
        ['\'', 's' or 't' or 'm' or 'd', ..] => 2,
        ['\'', 'r' or 'v', 'e', ..] or ['\'', 'l', 'l', ..] => 3,
        _ => 0,
    };

    private static int RunEnd(ReadOnlySpan<char> text, int at, Kind kind)
    {
        while (at < text.Length && KindAt(text[at..], out var length) == kind) at += length;
        return at;
    }

    private static Kind KindAt(ReadOnlySpan<char> text, out int length)
    {
        length = 1;
        if (IsSpace(text[0])) return Kind.Space;
        Rune.DecodeFromUtf16(text, out var rune, out length);
        return Characters.Is(rune.Value, CharacterKinds.Letter)
            ? Kind.Letter
            : Characters.Is(rune.Value, CharacterKinds.Number) ? Kind.Number : Kind.Other;
    }

    /// <summary>The visible character of a byte.</summary>
    public static char Of(byte value) => Visible[value];

    /// <summary>Printable Latin-1 stands for itself; the other bytes follow from U+0100 on.</summary>
    private static char[] CreateVisible()
    {
        var next = (char)256;
        return [.. Enumerable.Range(0, 256)
            .Select(value => value is >= '!' and <= '~' or >= 0xA1 and <= 0xAC or >= 0xAE ? (char)value : next++)];
    }
}

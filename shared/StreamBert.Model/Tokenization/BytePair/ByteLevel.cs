using System.Text;
using StreamBert.Model.Tokenization.Unicode;

namespace StreamBert.Model.Tokenization.BytePair;

/// <summary>
/// GPT-2's byte-level text (Radford et al. 2019): how a text is split into words, and the visible character for each byte.
/// </summary>
internal static class ByteLevel
{
    private static readonly char[] Characters = CreateCharacters();

    private enum CharacterKind
    {
        WhiteSpace,
        Letter,
        Number,
        Other,
    }

    /// <summary>Returns the visible character for a byte.</summary>
    public static char GetCharacter(byte value) => Characters[value];

    /// <summary>Returns the UTF-8 bytes of a text as visible characters.</summary>
    public static string Encode(ReadOnlySpan<char> text)
    {
        var bytes = Encoding.UTF8.GetBytes(text.ToArray());
        return string.Create(bytes.Length, bytes, static (characters, bytes) =>
        {
            for (var i = 0; i < bytes.Length; i++) characters[i] = Characters[bytes[i]];
        });
    }

    /// <summary>
    /// Returns the end of the word that begins at a position: a contraction; letters, digits or other characters, each with one space
    /// before them; or white space, whose last character belongs to the next word. It works on code points, where .NET's regular
    /// expressions would match halves of surrogate pairs.
    /// </summary>
    public static int FindWordEnd(ReadOnlySpan<char> text, int position)
    {
        if (GetContractionLength(text[position..]) is var contraction and > 0) return position + contraction;
        var start = text[position] == ' ' && position + 1 < text.Length ? position + 1 : position;
        var kind = GetKind(text[start..], out _);
        if (kind != CharacterKind.WhiteSpace) return FindRunEnd(text, start, kind);
        var end = FindRunEnd(text, position, CharacterKind.WhiteSpace);
        return end == text.Length || end == position + 1 ? end : end - 1;
    }

    private static int GetContractionLength(ReadOnlySpan<char> text) => text switch
    {
        ['\'', 's' or 't' or 'm' or 'd', ..] => 2,
        ['\'', 'r' or 'v', 'e', ..] or ['\'', 'l', 'l', ..] => 3,
        _ => 0,
    };

    private static int FindRunEnd(ReadOnlySpan<char> text, int position, CharacterKind kind)
    {
        while (position < text.Length && GetKind(text[position..], out var length) == kind) position += length;
        return position;
    }

    private static CharacterKind GetKind(ReadOnlySpan<char> text, out int length)
    {
        length = 1;
        if (char.IsWhiteSpace(text[0])) return CharacterKind.WhiteSpace;
        Rune.DecodeFromUtf16(text, out var rune, out length);
        return CharacterTable.Is(rune.Value, CharacterKinds.Letter) ? CharacterKind.Letter
            : CharacterTable.Is(rune.Value, CharacterKinds.Number) ? CharacterKind.Number
            : CharacterKind.Other;
    }

    /// <summary>Printable Latin-1 characters represent themselves; the other bytes are mapped to U+0100 and up.</summary>
    private static char[] CreateCharacters()
    {
        var next = (char)256;
        return [.. Enumerable.Range(0, 256)
            .Select(value => value is >= '!' and <= '~' or >= 0xA1 and <= 0xAC or >= 0xAE ? (char)value : next++)];
    }
}

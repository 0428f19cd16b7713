namespace StreamBert.Privacy.Redaction.Numbers;

/// <summary>Classifies characters at the edge of a number.</summary>
internal static class TextCharacters
{
    /// <summary>
    /// Letters of scripts that separate words, digits and the underscore; a number may begin after a Chinese or Japanese character.
    /// </summary>
    public static bool IsWord(char c)
        => char.IsAsciiLetterOrDigit(c) || c == '_' || (c is > '\u007F' and < '\u2E80' && char.IsLetterOrDigit(c));

    /// <summary>Whether a word ends at a position.</summary>
    public static bool IsBoundary(string text, int place) => place < 0 || place >= text.Length || !IsWord(text[place]);
}

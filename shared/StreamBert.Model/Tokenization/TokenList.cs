using StreamBert.Contracts;

namespace StreamBert.Model.Tokenization;

/// <summary>The tokens of a whole text, for somebody who wants to see them.</summary>
internal static class TokenList
{
    /// <summary>No tokenizer makes more tokens of a character than it has bytes in UTF-8.</summary>
    private const int MostOfOneCharacter = 4;

    /// <param name="framed">With the special tokens around the text.</param>
    public static IReadOnlyList<TextToken> Of(ITextTokenizer tokenizer, string text, bool framed)
    {
        var buffer = new TokenBuffer();
        tokenizer.Append(text, (MostOfOneCharacter * text.Length) + 1, buffer);
        var tokens = new List<TextToken>(buffer.Count + SpecialTokens.Framing);
        if (framed)
            tokens.Add(Special(tokenizer, tokenizer.Special.Cls));
        for (var i = 0; i < buffer.Count; i++)
            tokens.Add(new(buffer.Ids[i], buffer.Offsets[i].Start, buffer.Offsets[i].End));
        if (framed)
            tokens.Add(Special(tokenizer, tokenizer.Special.Sep));
        return tokens;
    }

    private static TextToken Special(ITextTokenizer tokenizer, int id) => new(id, 0, 0, tokenizer.TokenOf(id));
}

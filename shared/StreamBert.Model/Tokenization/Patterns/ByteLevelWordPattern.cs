using StreamBert.Model.Tokenization.BytePair;

namespace StreamBert.Model.Tokenization.Patterns;

/// <summary>Matches the words into which GPT-2 splits a text.</summary>
internal sealed class ByteLevelWordPattern : TextPattern
{
    protected override List<TokenSpan> FindMatches(ReadOnlySpan<char> text)
    {
        var matches = new List<TokenSpan>();
        for (var position = 0; position < text.Length; position = matches[^1].End)
        {
            matches.Add(new TokenSpan(position, ByteLevel.FindWordEnd(text, position)));
        }
        return matches;
    }
}

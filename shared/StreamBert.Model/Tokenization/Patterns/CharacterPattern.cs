using System.Text;

namespace StreamBert.Model.Tokenization.Patterns;

/// <summary>Matches every code point that satisfies a predicate.</summary>
internal sealed class CharacterPattern(Predicate<int> predicate) : TextPattern
{
    protected override List<TokenSpan> FindMatches(ReadOnlySpan<char> text)
    {
        var matches = new List<TokenSpan>();
        for (int position = 0, length; position < text.Length; position += length)
        {
            Rune.DecodeFromUtf16(text[position..], out var rune, out length);
            if (predicate(rune.Value)) matches.Add(new TokenSpan(position, position + length));
        }

        return matches;
    }
}

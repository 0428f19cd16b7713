namespace StreamBert.Model.Tokenization.Patterns;

/// <summary>Matches a fixed text.</summary>
internal sealed class LiteralPattern(string literal) : TextPattern
{
    protected override List<TokenSpan> FindMatches(ReadOnlySpan<char> text)
    {
        var matches = new List<TokenSpan>();
        for (var position = 0; text[position..].IndexOf(literal, StringComparison.Ordinal) is var ahead and >= 0; position += ahead
            + literal.Length)
        {
            matches.Add(new TokenSpan(position + ahead, position + ahead + literal.Length));
        }

        return matches;
    }
}

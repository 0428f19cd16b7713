using System.Text.RegularExpressions;

namespace StreamBert.Model.Tokenization.Patterns;

/// <summary>Matches a regular expression that every engine interprets alike.</summary>
internal sealed class RegexPattern : TextPattern
{
    /// <summary>GPT-2's regular expression, which splits byte-level text into words.</summary>
    private const string Gpt2 = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    private readonly Regex _regex;

    private RegexPattern(Regex regex) => _regex = regex;

    /// <returns>Null if .NET's and the reference's engine might interpret the expression differently.</returns>
    public static TextPattern? TryCreate(string expression)
    {
        if (expression == Gpt2) return new ByteLevelWordPattern();
        if (!IsPlain(expression)) return null;
        try
        {
            return new RegexPattern(new Regex(expression, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking));
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    protected override List<TokenSpan> FindMatches(ReadOnlySpan<char> text)
    {
        var matches = new List<TokenSpan>();
        foreach (var match in _regex.EnumerateMatches(text))
        {
            if (match.Length > 0) matches.Add(new TokenSpan(match.Index, match.Index + match.Length));
        }

        return matches;
    }

    /// <summary>
    /// Determines whether an expression consists of characters below U+D800, sets of them, white space, groups, alternatives and
    /// quantifiers only.
    /// </summary>
    private static bool IsPlain(string expression)
    {
        for (var i = 0; i < expression.Length; i++)
        {
            var next = i + 1 < expression.Length ? expression[i + 1] : '\0';
            switch (expression[i])
            {
                case '\\' when next is 's' or 'n' or 't' or 'r' || char.IsAsciiLetterOrDigit(next) is false && next is not '\0':
                    i++;
                    break;
                case '\\' or '.' or '^' or '$' or '&' or '>' or '\0':
                case '(' when next == '?':
                case '[' when next is '^' or ':' or ']':
                case '+' or '*' or '?' or '}' when next is '+' or '?':
                case >= '\ud800' and < '\ue000':
                    return false;
            }
        }

        return expression.Length > 0 && !expression.Contains("[[", StringComparison.Ordinal)
            && !expression.Contains("-[", StringComparison.Ordinal);
    }
}

using System.Text;
using System.Text.RegularExpressions;

namespace StreamBert.Model.Tokenization;

/// <summary>A stretch of a text, and whether the pattern matches it.</summary>
internal readonly record struct PatternSegment(int Start, int End, bool IsMatch);

/// <summary>What a step of a tokenizer looks for in a text: characters of a kind, a text, or a regular expression.</summary>
internal abstract class TextPattern
{
    /// <summary>GPT-2's regular expression, by which byte-level text is split into words.</summary>
    private const string Gpt2 = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    /// <summary>
    /// The whole text in stretches that match and stretches between them, none empty; places count from <paramref name="origin"/>.
    /// </summary>
    public List<PatternSegment> Segments(ReadOnlySpan<char> text, int origin)
    {
        var segments = new List<PatternSegment>();
        var last = 0;
        foreach (var (start, end) in Matches(text))
        {
            if (start > last) segments.Add(new PatternSegment(origin + last, origin + start, false));
            if (end > start) segments.Add(new PatternSegment(origin + start, origin + end, true));
            last = end;
        }

        if (last < text.Length) segments.Add(new PatternSegment(origin + last, origin + text.Length, false));
        return segments;
    }

    protected abstract List<TokenSpan> Matches(ReadOnlySpan<char> text);

    public static TextPattern Characters(Predicate<int> matches) => new CharacterPattern(matches);

    public static TextPattern Literal(string text) => new LiteralPattern(text);

    /// <summary>Word characters in a row, and other characters in a row that are no white space.</summary>
    public static TextPattern Words { get; } = new WordPattern();

    /// <summary>Words as GPT-2 splits them.</summary>
    public static TextPattern ByteLevelWords { get; } = new ByteLevelPattern();

    /// <summary>Null where the expression holds anything in which .NET and the reference engine might differ.</summary>
    public static TextPattern? Regex(string expression)
    {
        if (expression == Gpt2) return ByteLevelWords;
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

    /// <summary>
    /// Characters below U+D800, sets of them, white space, groups, alternatives and quantifiers: what every engine reads alike.
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

    private sealed class CharacterPattern(Predicate<int> matches) : TextPattern
    {
        protected override List<TokenSpan> Matches(ReadOnlySpan<char> text)
        {
            var found = new List<TokenSpan>();
            for (int at = 0, length; at < text.Length; at += length)
            {
                Rune.DecodeFromUtf16(text[at..], out var rune, out length);
                if (matches(rune.Value)) found.Add(new TokenSpan(at, at + length));
            }

            return found;
        }
    }

    private sealed class LiteralPattern(string literal) : TextPattern
    {
        protected override List<TokenSpan> Matches(ReadOnlySpan<char> text)
        {
            var found = new List<TokenSpan>();
            for (var at = 0; text[at..].IndexOf(literal, StringComparison.Ordinal) is var ahead and >= 0; at += ahead + literal.Length)
                found.Add(new TokenSpan(at + ahead, at + ahead + literal.Length));
            return found;
        }
    }

    private sealed class WordPattern : TextPattern
    {
        protected override List<TokenSpan> Matches(ReadOnlySpan<char> text)
        {
            var found = new List<TokenSpan>();
            var before = CharacterKinds.White;
            for (int at = 0, length; at < text.Length; at += length)
            {
                Rune.DecodeFromUtf16(text[at..], out var rune, out length);
                var kind = KindOf(rune.Value);
                if (kind != CharacterKinds.White && kind == before) found[^1] = found[^1] with { End = at + length };
                else if (kind != CharacterKinds.White) found.Add(new TokenSpan(at, at + length));
                before = kind;
            }

            return found;
        }

        private static CharacterKinds KindOf(int code) =>
            Tokenization.Characters.Is(code, CharacterKinds.Word) ? CharacterKinds.Word
            : Tokenization.Characters.Is(code, CharacterKinds.White) ? CharacterKinds.White
            : CharacterKinds.None;
    }

    private sealed class ByteLevelPattern : TextPattern
    {
        protected override List<TokenSpan> Matches(ReadOnlySpan<char> text)
        {
            var found = new List<TokenSpan>();
            for (var at = 0; at < text.Length; at = found[^1].End) found.Add(new TokenSpan(at, ByteLevel.WordEnd(text, at)));
            return found;
        }
    }

    private sealed class RegexPattern(Regex regex) : TextPattern
    {
        protected override List<TokenSpan> Matches(ReadOnlySpan<char> text)
        {
            var found = new List<TokenSpan>();
            foreach (var match in regex.EnumerateMatches(text))
                if (match.Length > 0) found.Add(new TokenSpan(match.Index, match.Index + match.Length));
            return found;
        }
    }
}

using System.Buffers;
using System.Text;

namespace StreamBert.Model.Tokenization;

/// <summary>A token that is found in the text as it is written, before any cutting: [MASK] and its like, and what a package adds.</summary>
/// <param name="StripsLeft">It takes the white space on its left with it, as RoBERTa's &lt;mask&gt; does.</param>
/// <param name="WholeWord">Only where no letter or digit touches it.</param>
internal sealed record AddedToken(string Text, int Id, bool StripsLeft = false, bool StripsRight = false, bool WholeWord = false);

/// <summary>A literal token in a text; the end of the text where <see cref="Token"/> is null.</summary>
internal readonly record struct Literal(int Start, int End, AddedToken? Token);

/// <summary>Finds literal tokens: the leftmost, and the longest of those that begin at one place.</summary>
internal sealed class Literals
{
    private static readonly SearchValues<char> UrlEnds = SearchValues.Create(" \t\r\n\"<>\u00a0");
    private readonly AddedToken[] tokens;
    private readonly SearchValues<string> values;
    private readonly SearchValues<char> firsts;
    private readonly bool lowercase;
    private readonly AddedToken? url;

    /// <param name="lowercase">The text is lower-cased before tokens without capitals are looked for.</param>
    /// <param name="url">The token that every web address becomes; null: none does.</param>
    public Literals(IEnumerable<AddedToken> tokens, bool lowercase, AddedToken? url)
    {
        this.tokens = [.. tokens.Where(token => token.Text.Length > 0).DistinctBy(token => token.Text).OrderByDescending(token => token.Text.Length)];
        this.lowercase = lowercase && this.tokens.Any(token => !token.Text.Any(char.IsUpper));
        values = SearchValues.Create([.. this.tokens.Select(token => token.Text)], this.lowercase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal);
        firsts = SearchValues.Create([.. this.tokens.SelectMany(token => (char[])[token.Text[0], char.ToLowerInvariant(token.Text[0]), char.ToUpperInvariant(token.Text[0])])]);
        this.url = url;
    }

    public IEnumerable<string> Texts => tokens.Select(token => token.Text);

    public Scan In(ReadOnlySpan<char> text) => new(this, text);

    private Literal NextToken(ReadOnlySpan<char> text, int from)
    {
        // Most texts hold not even a token's first character, which is found out faster than that they hold no token.
        if (text[from..].IndexOfAny(firsts) < 0) return new Literal(text.Length, text.Length, null);
        for (var at = from; at < text.Length; at++)
        {
            var ahead = text[at..].IndexOfAny(values);
            if (ahead < 0) break;
            at += ahead;
            foreach (var token in tokens)
                if (Matches(token, text, at)) return new Literal(at, at + token.Text.Length, token);
        }

        return new Literal(text.Length, text.Length, null);
    }

    private bool Matches(AddedToken token, ReadOnlySpan<char> text, int at)
    {
        var rest = text[at..];
        var written = rest.StartsWith(token.Text, StringComparison.Ordinal)
            || (lowercase && rest.StartsWith(token.Text, StringComparison.OrdinalIgnoreCase) && !token.Text.Any(char.IsUpper));
        return written && !(token.WholeWord && (EndsInWord(text[..at]) || BeginsWithWord(rest[token.Text.Length..])));
    }

    private static bool EndsInWord(ReadOnlySpan<char> text) => Rune.DecodeLastFromUtf16(text, out var rune, out _) == OperationStatus.Done && Rune.IsLetterOrDigit(rune);

    private static bool BeginsWithWord(ReadOnlySpan<char> text) => Rune.DecodeFromUtf16(text, out var rune, out _) == OperationStatus.Done && Rune.IsLetterOrDigit(rune);

    private Literal NextUrl(ReadOnlySpan<char> text, int from)
    {
        for (var at = from; url is not null; at += 3)
        {
            var ahead = text[at..].IndexOf("://");
            if (ahead < 0) break;
            at += ahead;
            var scheme = text[from..at];
            var length = scheme.EndsWith("https", StringComparison.OrdinalIgnoreCase) ? 5 : scheme.EndsWith("http", StringComparison.OrdinalIgnoreCase) ? 4 : 0;
            if (length == 0) continue;
            var end = text[at..].IndexOfAny(UrlEnds);
            return new Literal(at - length, end < 0 ? text.Length : at + end, url);
        }

        return new Literal(text.Length, text.Length, null);
    }

    /// <summary>Walks a text once from left to right.</summary>
    public ref struct Scan(Literals literals, ReadOnlySpan<char> text)
    {
        private readonly ReadOnlySpan<char> text = text;
        private Literal token = literals.NextToken(text, 0);
        private Literal address = literals.NextUrl(text, 0);

        public Literal Next(int from)
        {
            if (token.Start < from) token = literals.NextToken(text, from);
            if (address.Start < from) address = literals.NextUrl(text, from);
            return token.Start <= address.Start ? token : address;
        }
    }
}

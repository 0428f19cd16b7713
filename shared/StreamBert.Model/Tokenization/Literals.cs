using System.Buffers;
using System.Text;

namespace StreamBert.Model.Tokenization;

/// <summary>A token that is found in the text as it is written, before any cutting: [MASK] and its like, and what a package adds.</summary>
/// <param name="StripsLeft">It takes the white space on its left with it, as RoBERTa's &lt;mask&gt; does.</param>
/// <param name="WholeWord">Only where no word character touches it.</param>
/// <param name="Normalized">It is looked for in the normalized text, and in normalized form.</param>
internal sealed record AddedToken(
    string Text,
    int Id,
    bool StripsLeft = false,
    bool StripsRight = false,
    bool WholeWord = false,
    bool Normalized = false);

/// <summary>A literal token in a text, with the white space it takes; the end of the text where <see cref="Token"/> is null.</summary>
/// <param name="Place">Where the token itself stands.</param>
internal readonly record struct Literal(int Start, int End, AddedToken? Token, TokenSpan Place);

/// <summary>
/// Finds literal tokens as the Rust <c>tokenizers</c> do: the leftmost, and the longest of those that begin at one place.
/// </summary>
internal sealed class Literals
{
    private static readonly SearchValues<char> UrlEnds = SearchValues.Create(" \t\r\n\"<>\u00a0");
    private readonly AddedToken[] _tokens;
    private readonly SearchValues<string> _values;
    private readonly SearchValues<char> _firsts;
    private readonly AddedToken? _url;

    /// <param name="url">The token that every web address becomes; null: none does.</param>
    public Literals(IEnumerable<AddedToken> tokens, AddedToken? url = null)
    {
        this._tokens = [.. tokens.Where(static token => token.Text.Length > 0).DistinctBy(static token => token.Text)
            .OrderByDescending(static token => token.Text.Length)];
        _values = SearchValues.Create([.. this._tokens.Select(static token => token.Text)], StringComparison.Ordinal);
        _firsts = SearchValues.Create([.. this._tokens.Select(static token => token.Text[0])]);
        this._url = url;
    }

    public Scan In(ReadOnlySpan<char> text) => new(this, text);

    private Literal NextToken(ReadOnlySpan<char> text, int from)
    {
        // Most texts hold not even a token's first character, which is found out faster than that they hold no token.
        if (text[from..].IndexOfAny(_firsts) < 0) return NoMore(text);
        for (var at = from; at < text.Length && text[at..].IndexOfAny(_values) is var ahead and >= 0;)
        {
            at += ahead;
            var token = LongestAt(text[at..]);
            var end = at + token.Text.Length;
            if (!token.WholeWord || !(EndsInWord(text[..at]) || BeginsWithWord(text[end..]))) return Found(text, token, from, at, end);
            at = end; // what touches a word is passed over as a whole
        }

        return NoMore(text);
    }

    private static Literal NoMore(ReadOnlySpan<char> text) => new(text.Length, text.Length, null, default);

    private static Literal Found(ReadOnlySpan<char> text, AddedToken token, int from, int start, int end)
    {
        var place = new TokenSpan(start, end);
        while (token.StripsLeft && start > from && char.IsWhiteSpace(text[start - 1])) start--;
        while (token.StripsRight && end < text.Length && char.IsWhiteSpace(text[end])) end++;
        return new Literal(start, end, token, place);
    }

    private AddedToken LongestAt(ReadOnlySpan<char> text)
    {
        foreach (var token in _tokens)
            if (text.StartsWith(token.Text, StringComparison.Ordinal)) return token;
        throw new InvalidOperationException("No token stands where one was found."); // cannot be
    }

    private static bool EndsInWord(ReadOnlySpan<char> text) =>
        Rune.DecodeLastFromUtf16(text, out var rune, out _) == OperationStatus.Done && Characters.Is(rune.Value, CharacterKinds.Word);

    private static bool BeginsWithWord(ReadOnlySpan<char> text) =>
        Rune.DecodeFromUtf16(text, out var rune, out _) == OperationStatus.Done && Characters.Is(rune.Value, CharacterKinds.Word);

    private Literal NextUrl(ReadOnlySpan<char> text, int from)
    {
        for (var at = from; _url is not null; at += 3)
        {
            var ahead = text[at..].IndexOf("://");
            if (ahead < 0) break;
            at += ahead;
            var scheme = text[from..at];
            var length = scheme.EndsWith("https", StringComparison.OrdinalIgnoreCase)
                ? 5
                : scheme.EndsWith("http", StringComparison.OrdinalIgnoreCase) ? 4 : 0;
            if (length == 0) continue;
            var end = text[at..].IndexOfAny(UrlEnds);
            var place = new TokenSpan(at - length, end < 0 ? text.Length : at + end);
            return new Literal(place.Start, place.End, _url, place);
        }

        return NoMore(text);
    }

    /// <summary>Walks a text once from left to right.</summary>
    public ref struct Scan(Literals literals, ReadOnlySpan<char> text)
    {
        private readonly ReadOnlySpan<char> _text = text;
        private Literal _token = literals.NextToken(text, 0);
        private Literal _address = literals.NextUrl(text, 0);

        /// <summary>The next token at or after a place that lies behind all found so far.</summary>
        public Literal Next(int from)
        {
            if (_token.Place.Start < from && _token.Token is not null) _token = literals.NextToken(_text, from);
            if (_address.Start < from && _address.Token is not null) _address = literals.NextUrl(_text, from);
            return _address.Token is null || (_token.Token is not null && _token.Start <= _address.Start) ? _token : _address;
        }
    }
}

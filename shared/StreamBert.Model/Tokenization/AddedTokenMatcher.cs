using System.Buffers;
using System.Text;
using StreamBert.Model.Tokenization.Unicode;

namespace StreamBert.Model.Tokenization;

/// <summary>
/// Finds added tokens as the Rust <c>tokenizers</c> do: leftmost first, and the longest of those that begin at the same position.
/// </summary>
internal sealed class AddedTokenMatcher
{
    private static readonly SearchValues<char> UrlTerminators = SearchValues.Create(" \t\r\n\"<>\u00a0");
    private readonly AddedToken[] _tokens;
    private readonly SearchValues<string> _texts;
    private readonly SearchValues<char> _firstCharacters;
    private readonly AddedToken? _url;

    /// <param name="url">The token that replaces every web address; null to leave web addresses as they are.</param>
    public AddedTokenMatcher(IEnumerable<AddedToken> tokens, AddedToken? url = null)
    {
        _tokens = [.. tokens.Where(static token => token.Text.Length > 0).DistinctBy(static token => token.Text)
            .OrderByDescending(static token => token.Text.Length)];
        _texts = SearchValues.Create([.. _tokens.Select(static token => token.Text)], StringComparison.Ordinal);
        _firstCharacters = SearchValues.Create([.. _tokens.Select(static token => token.Text[0])]);
        _url = url;
    }

    /// <summary>Starts a search from left to right.</summary>
    public Cursor Search(ReadOnlySpan<char> text) => new(this, text);

    private AddedTokenMatch FindToken(ReadOnlySpan<char> text, int from)
    {
        // Most texts lack even the first characters of all tokens, and that check is faster than the search for the tokens.
        if (text[from..].IndexOfAny(_firstCharacters) < 0) return EndOf(text);
        for (var position = from; position < text.Length && text[position..].IndexOfAny(_texts) is var ahead and >= 0;)
        {
            position += ahead;
            var token = LongestAt(text[position..]);
            var end = position + token.Text.Length;
            if (!token.IsSingleWord || !(EndsWithWordCharacter(text[..position]) || StartsWithWordCharacter(text[end..])))
                return CreateMatch(text, token, from, position, end);
            position = end; // an occurrence that adjoins a word is skipped as a whole
        }

        return EndOf(text);
    }

    private static AddedTokenMatch EndOf(ReadOnlySpan<char> text) => new(text.Length, text.Length, null, default);

    private static AddedTokenMatch CreateMatch(ReadOnlySpan<char> text, AddedToken token, int from, int start, int end)
    {
        var span = new TokenSpan(start, end);
        while (token.StripsLeft && start > from && char.IsWhiteSpace(text[start - 1])) start--;
        while (token.StripsRight && end < text.Length && char.IsWhiteSpace(text[end])) end++;
        return new AddedTokenMatch(start, end, token, span);
    }

    private AddedToken LongestAt(ReadOnlySpan<char> text)
    {
        foreach (var token in _tokens)
        {
            if (text.StartsWith(token.Text, StringComparison.Ordinal)) return token;
        }

        throw new InvalidOperationException("The search reported an added token where there is none.");
    }

    private static bool EndsWithWordCharacter(ReadOnlySpan<char> text) =>
        Rune.DecodeLastFromUtf16(text, out var rune, out _) == OperationStatus.Done && CharacterTable.Is(rune.Value, CharacterKinds.Word);

    private static bool StartsWithWordCharacter(ReadOnlySpan<char> text) =>
        Rune.DecodeFromUtf16(text, out var rune, out _) == OperationStatus.Done && CharacterTable.Is(rune.Value, CharacterKinds.Word);

    private AddedTokenMatch FindUrl(ReadOnlySpan<char> text, int from)
    {
        for (var position = from; _url is not null; position += 3)
        {
            var ahead = text[position..].IndexOf("://");
            if (ahead < 0) break;
            position += ahead;
            var schemeLength = SchemeLength(text[from..position]);
            if (schemeLength == 0) continue;
            var end = text[position..].IndexOfAny(UrlTerminators);
            var span = new TokenSpan(position - schemeLength, end < 0 ? text.Length : position + end);
            return new AddedTokenMatch(span.Start, span.End, _url, span);
        }

        return EndOf(text);
    }

    private static int SchemeLength(ReadOnlySpan<char> text) =>
        text.EndsWith("https", StringComparison.OrdinalIgnoreCase) ? 5 : text.EndsWith("http", StringComparison.OrdinalIgnoreCase) ? 4 : 0;

    /// <summary>Moves through a text once, from left to right.</summary>
    public ref struct Cursor(AddedTokenMatcher matcher, ReadOnlySpan<char> text)
    {
        private readonly ReadOnlySpan<char> _text = text;
        private AddedTokenMatch _token = matcher.FindToken(text, 0);
        private AddedTokenMatch _url = matcher.FindUrl(text, 0);

        /// <summary>Returns the next match that begins at or after a position behind all earlier matches.</summary>
        public AddedTokenMatch Next(int from)
        {
            if (_token.Span.Start < from && _token.Token is not null) _token = matcher.FindToken(_text, from);
            if (_url.Start < from && _url.Token is not null) _url = matcher.FindUrl(_text, from);
            return _url.Token is null || (_token.Token is not null && _token.Start <= _url.Start) ? _token : _url;
        }
    }
}

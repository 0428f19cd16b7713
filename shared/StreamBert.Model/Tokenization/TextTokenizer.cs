using StreamBert.Contracts;

namespace StreamBert.Model.Tokenization;

/// <summary>
/// Splits texts into the tokens that a checkpoint was trained on. Tokenizers are immutable: several threads may share one, each with its
/// own <see cref="TokenBuffer"/>.
/// </summary>
public abstract class TextTokenizer
{
    /// <summary>No tokenizer produces more tokens for a UTF-16 code unit than its character has bytes in UTF-8.</summary>
    private const int MaxTokensPerCodeUnit = 4;

    [ThreadStatic]
    private static TokenBuffer? _threadBuffer;

    private readonly Vocabulary _vocabulary;

    private protected TextTokenizer(Vocabulary vocabulary, AddedTokenMatcher addedTokens, SpecialTokens specialTokens, int? maxLength) =>
        (_vocabulary, AddedTokens, SpecialTokens, MaxLength) = (vocabulary, addedTokens, specialTokens, maxLength);

    /// <summary>The ids of the special tokens.</summary>
    public SpecialTokens SpecialTokens { get; }

    /// <summary>The highest id plus one.</summary>
    public int VocabularySize => _vocabulary.Size;

    /// <summary>The longest input in tokens that the tokenizer's files allow, special tokens included; null if they set no limit.</summary>
    public int? MaxLength { get; }

    private protected AddedTokenMatcher AddedTokens { get; }

    /// <summary>Returns the token with an id.</summary>
    /// <returns>The token as the vocabulary spells it; an empty text for an unused id.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The id is negative or not less than <see cref="VocabularySize"/>.</exception>
    public string GetToken(int id) => _vocabulary.GetToken(id);

    /// <summary>Appends the tokens of a text, without special tokens. Allocates nothing once the buffer is large enough.</summary>
    /// <param name="text">The text.</param>
    /// <param name="limit">The maximum number of tokens to append.</param>
    /// <param name="buffer">Receives the tokens.</param>
    /// <returns>Whether the text has more than <paramref name="limit"/> tokens, so that it was cut at its end.</returns>
    public bool Append(ReadOnlySpan<char> text, int limit, TokenBuffer buffer)
    {
        var maxCount = buffer.Count + limit;
        var matches = AddedTokens.Search(text);
        for (var position = 0; ;)
        {
            var match = matches.Next(position);
            if (match.Start > position) AppendSegment(text[..match.Start], position, maxCount, buffer);
            if (match.Token is { } token && buffer.Count <= maxCount) buffer.Add(token.Id, match.Span.Start, match.Span.End);
            if (buffer.Count > maxCount)
            {
                buffer.Count = maxCount;
                return true;
            }

            if (match.Token is null) return false;
            position = match.End;
        }
    }

    /// <summary>
    /// Encodes a text with its special tokens, such as <c>[CLS] text [SEP]</c>. A text of more than <paramref name="maxTokens"/> tokens,
    /// special tokens included, is cut at its end.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="maxTokens">The maximum number of tokens, at least 2.</param>
    /// <param name="buffer">Receives the tokens; earlier ones are removed.</param>
    public void Encode(ReadOnlySpan<char> text, int maxTokens, TokenBuffer buffer)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxTokens, SpecialTokens.CountForSingle);
        buffer.Clear();
        buffer.Add(SpecialTokens.Cls, 0, 0);
        buffer.IsTruncated = Append(text, maxTokens - SpecialTokens.CountForSingle, buffer);
        buffer.Add(SpecialTokens.Sep, 0, 0);
        buffer.SecondTextStart = buffer.Count;
    }

    /// <inheritdoc cref="Encode(ReadOnlySpan{char}, int, TokenBuffer)"/>
    /// <returns>The tokens with their offsets.</returns>
    public EncodedText Encode(string text, int maxTokens)
    {
        var buffer = _threadBuffer ??= new TokenBuffer();
        Encode(text, maxTokens, buffer);
        return buffer.ToEncodedText(SpecialTokens.Unknown);
    }

    /// <summary>
    /// Encodes a pair of texts: <c>[CLS] first [SEP] second [SEP]</c>, or <c>&lt;s&gt; first &lt;/s&gt;&lt;/s&gt; second &lt;/s&gt;</c>.
    /// While both do not fit, the longer text loses tokens at its end (the second at a tie), as with Hugging Face's
    /// <c>truncation=True</c>.
    /// </summary>
    /// <param name="first">The first text.</param>
    /// <param name="second">The second text.</param>
    /// <param name="maxTokens">The maximum number of tokens, special tokens included.</param>
    /// <returns>The tokens; the offsets of each text count from its own beginning.</returns>
    public EncodedText Encode(string first, string second, int maxTokens)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxTokens, SpecialTokens.CountForPair);
        var available = maxTokens - SpecialTokens.CountForPair;
        var (firstTokens, secondTokens) = (new TokenBuffer(), new TokenBuffer());
        var isTruncated = Append(first, available, firstTokens) | Append(second, available, secondTokens);
        var (firstCount, secondCount) = TruncateLongestFirst(firstTokens.Count, secondTokens.Count, available);
        isTruncated |= firstCount + secondCount < firstTokens.Count + secondTokens.Count;
        (firstTokens.Count, secondTokens.Count) = (firstCount, secondCount);
        return Join(firstTokens, secondTokens, isTruncated);
    }

    /// <summary>Lists all tokens of a text, however long it is.</summary>
    /// <param name="text">The text.</param>
    /// <param name="withSpecialTokens">Whether to include the special tokens that are added to a single text.</param>
    /// <returns>The tokens in order.</returns>
    public IReadOnlyList<TextToken> Tokenize(string text, bool withSpecialTokens)
    {
        var buffer = new TokenBuffer();
        Append(text, MaxTokensPerCodeUnit * text.Length + 1, buffer);
        var tokens = new List<TextToken>(buffer.Count + SpecialTokens.CountForSingle);
        if (withSpecialTokens) tokens.Add(ToTextToken(SpecialTokens.Cls));
        for (var i = 0; i < buffer.Count; i++) tokens.Add(new TextToken(buffer.Ids[i], buffer.Offsets[i].Start, buffer.Offsets[i].End));
        if (withSpecialTokens) tokens.Add(ToTextToken(SpecialTokens.Sep));
        return tokens;
    }

    /// <summary>
    /// Appends the tokens of a segment without added tokens, until the buffer holds more than <paramref name="maxCount"/> tokens.
    /// </summary>
    /// <param name="text">The text up to the end of the segment.</param>
    /// <param name="start">Where the segment begins in the text; it is not empty.</param>
    private protected abstract void AppendSegment(ReadOnlySpan<char> text, int start, int maxCount, TokenBuffer buffer);

    private TextToken ToTextToken(int specialToken) => new(specialToken, 0, 0, GetToken(specialToken));

    private static (int First, int Second) TruncateLongestFirst(int first, int second, int available)
    {
        while (first + second > available)
        {
            if (first > second) first--;
            else second--;
        }

        return (first, second);
    }

    private EncodedText Join(TokenBuffer first, TokenBuffer second, bool isTruncated)
    {
        var pair = new TokenBuffer { IsTruncated = isTruncated };
        pair.Add(SpecialTokens.Cls, 0, 0);
        pair.Add(first);
        pair.Add(SpecialTokens.Sep, 0, 0);
        if (SpecialTokens.DoubleSeparator) pair.Add(SpecialTokens.Sep, 0, 0);
        pair.SecondTextStart = pair.Count;
        pair.Add(second);
        pair.Add(SpecialTokens.Sep, 0, 0);
        if (!SpecialTokens.UsesTokenTypes) pair.SecondTextStart = pair.Count;
        return pair.ToEncodedText();
    }
}

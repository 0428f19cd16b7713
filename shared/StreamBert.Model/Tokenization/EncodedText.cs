namespace StreamBert.Model.Tokenization;

/// <summary>The token ids of a text or a pair of texts, ready to be batched.</summary>
/// <param name="Ids">Token ids in order, special tokens included (Hugging Face: <c>input_ids</c>).</param>
/// <param name="IsTruncated">Whether the text had more tokens than allowed and was cut at its end.</param>
public sealed record EncodedText(int[] Ids, bool IsTruncated)
{
    /// <summary>The position of each token in the text it comes from; empty if offsets were not requested.</summary>
    public TokenSpan[] Offsets { get; init; } = [];

    /// <summary>
    /// Index of the first token with the token type 1, which begins the second text of a pair; <see cref="Length"/> if there is none.
    /// </summary>
    public int SecondTextStart { get; init; } = Ids.Length;

    /// <summary>The number of unknown tokens: words that the vocabulary cannot spell.</summary>
    public int UnknownTokens { get; init; }

    /// <summary>The text itself, if the model has a token-classification head, which finds words in it; otherwise null.</summary>
    public string? Text { get; init; }

    /// <summary>The number of tokens, special tokens included.</summary>
    public int Length => Ids.Length;
}

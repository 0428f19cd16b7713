namespace StreamBert.Model.Tokenization.BytePair;

/// <summary>The settings of a byte-pair model; the defaults are those of the Rust <c>tokenizers</c>.</summary>
internal sealed record BytePairOptions
{
    /// <summary>The token of a character that the vocabulary lacks; null: such a character is dropped.</summary>
    public string? UnknownToken { get; init; }

    /// <summary>Inserted before every character of a pre-token except the first (Hugging Face: <c>continuing_subword_prefix</c>).</summary>
    public string ContinuationPrefix { get; init; } = "";

    /// <summary>Inserted behind the last character of a pre-token (Hugging Face: <c>end_of_word_suffix</c>).</summary>
    public string EndOfWordSuffix { get; init; } = "";

    /// <summary>Whether adjacent unknown characters are one token.</summary>
    public bool FuseUnknown { get; init; }

    /// <summary>Whether a character that the vocabulary lacks becomes the tokens of its bytes, such as <c>&lt;0x0A&gt;</c>.</summary>
    public bool ByteFallback { get; init; }

    /// <summary>Whether a pre-token that is in the vocabulary is used without merging.</summary>
    public bool IgnoreMerges { get; init; }
}

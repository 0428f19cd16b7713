namespace StreamBert.Model.Tokenization.WordPiece;

/// <summary>The settings of a WordPiece tokenizer; the defaults are those of Hugging Face's BertTokenizer.</summary>
internal sealed record WordPieceOptions
{
    public bool Lowercase { get; init; } = true;

    /// <summary>Whether accents are removed; null: if the text is lower-cased.</summary>
    public bool? StripAccents { get; init; }

    /// <summary>Whether every CJK ideograph is a word by itself.</summary>
    public bool SplitChinese { get; init; } = true;

    /// <summary>Words between white space that are looked up unchanged.</summary>
    public IReadOnlyList<string> NeverSplit { get; init; } = [];

    /// <summary>Whether every web address is replaced by the token [URL].</summary>
    public bool CollapseUrls { get; init; }

    public SpecialTokenNames Names { get; init; } = SpecialTokenNames.Bert;

    /// <summary>The ids of the special tokens; null: those of <see cref="Names"/>.</summary>
    public SpecialTokens? SpecialTokens { get; init; }

    /// <summary>Whether special tokens are matched in texts without being among the added tokens.</summary>
    public bool MatchesSpecialTokens { get; init; } = true;

    public IReadOnlyList<AddedToken> AddedTokens { get; init; } = [];

    public int? MaxLength { get; init; }
}

namespace StreamBert.Model.Tokenization.BytePair;

/// <summary>The settings of a byte-level byte-pair tokenizer.</summary>
internal sealed record ByteLevelBpeOptions
{
    /// <summary>Whether the first word is tokenized as if a space preceded it.</summary>
    public bool AddPrefixSpace { get; init; }

    public SpecialTokenNames Names { get; init; } = SpecialTokenNames.Roberta;

    /// <summary>The ids of the special tokens; null: those of <see cref="Names"/>.</summary>
    public SpecialTokens? SpecialTokens { get; init; }

    public BytePairOptions Model { get; init; } = new();

    /// <summary>Whether special tokens are matched in texts without being among the added tokens.</summary>
    public bool MatchesSpecialTokens { get; init; } = true;

    public IReadOnlyList<AddedToken> AddedTokens { get; init; } = [];

    public int? MaxLength { get; init; }
}

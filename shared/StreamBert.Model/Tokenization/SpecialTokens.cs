namespace StreamBert.Model.Tokenization;

/// <summary>Ids of the special tokens of a vocabulary, and how they enclose a text or a pair of texts.</summary>
/// <param name="Cls">The token before the first text, such as <c>[CLS]</c> or <c>&lt;s&gt;</c>.</param>
/// <param name="Sep">The token behind each text, such as <c>[SEP]</c> or <c>&lt;/s&gt;</c>.</param>
/// <param name="Unknown">The token of anything that the vocabulary cannot express; null if there is none.</param>
/// <param name="Pad">The padding token; null if there is none.</param>
/// <param name="Mask">The mask token; null if there is none.</param>
public sealed record SpecialTokens(int Cls, int Sep, int? Unknown, int? Pad, int? Mask)
{
    /// <summary>The number of special tokens added to a single text.</summary>
    public const int CountForSingle = 2;

    /// <summary>Whether there are two separators between the texts of a pair, as in RoBERTa.</summary>
    public bool DoubleSeparator { get; init; }

    /// <summary>Whether the second text of a pair has the token type 1, as in BERT.</summary>
    public bool UsesTokenTypes { get; init; } = true;

    /// <summary>Whether pairs of texts can be encoded; the templates of some tokenizers define single texts only.</summary>
    public bool SupportsPairs { get; init; } = true;

    /// <summary>The number of special tokens added to a pair of texts.</summary>
    public int CountForPair => DoubleSeparator ? 4 : 3;

    /// <summary>Determines whether an id is that of a special token.</summary>
    public bool Contains(int id) => id == Cls || id == Sep || id == Unknown || id == Pad || id == Mask;
}

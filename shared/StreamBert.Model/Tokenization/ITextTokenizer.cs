namespace StreamBert.Model.Tokenization;

/// <summary>
/// Cuts text into the tokens a checkpoint was trained on. Immutable, so that any number of threads may use it, each with a buffer of its
/// own.
/// </summary>
public interface ITextTokenizer
{
    SpecialTokens Special { get; }

    /// <summary>One more than the highest id.</summary>
    int VocabularySize { get; }

    /// <summary>The longest input its files allow, special tokens included; null where they set no limit.</summary>
    int? MaxLength { get; }

    /// <exception cref="ArgumentOutOfRangeException">There is no such id.</exception>
    string TokenOf(int id);

    /// <summary>Appends the tokens of a text without framing it. Allocates nothing once the buffer has grown to its texts.</summary>
    /// <returns>Whether the text has more than <paramref name="limit"/> tokens; only that many are appended.</returns>
    bool Append(ReadOnlySpan<char> text, int limit, TokenBuffer into);
}

/// <summary>Ids of the tokens with a meaning of their own; null where a vocabulary has none.</summary>
public sealed record SpecialTokens(int Cls, int Sep, int? Unknown, int? Pad, int? Mask)
{
    /// <summary>RoBERTa's frame of a pair: two separators between the texts, and one token type for both.</summary>
    public bool DoubleSeparator { get; init; }

    /// <summary>Whether the second text of a pair is of another token type.</summary>
    public bool TypesPairs { get; init; } = true;

    /// <summary>Whether pairs can be framed at all; some templates speak of single texts alone.</summary>
    public bool FramesPairs { get; init; } = true;

    public bool Contains(int id) => id == Cls || id == Sep || id == Unknown || id == Pad || id == Mask;

    /// <summary>Special tokens around one text.</summary>
    public const int Framing = 2;

    /// <summary>Special tokens around a pair.</summary>
    public int PairFraming => DoubleSeparator ? 4 : 3;
}

namespace StreamBert.Model;

/// <summary>
/// Where a token stands in the text: UTF-16 positions, the end exclusive. Special tokens that frame a text stand at (0, 0).
/// </summary>
public readonly record struct TokenSpan(int Start, int End);

/// <summary>A tokenized text or pair of texts, ready for a batch. <see cref="Ids"/> include the special tokens.</summary>
public sealed record EncodedText(int[] Ids, bool Truncated)
{
    /// <summary>Each token's place in the text it came from; empty where nobody asked for it.</summary>
    public TokenSpan[] Offsets { get; init; } = [];

    /// <summary>Index of the first token of type 1: the second text of a pair; <see cref="Length"/> where there is none.</summary>
    public int SecondStart { get; init; } = Ids.Length;

    /// <summary>The text itself, where the model has a head that names entities: their words are found in it.</summary>
    public string? Text { get; init; }

    public int Length => Ids.Length;
}

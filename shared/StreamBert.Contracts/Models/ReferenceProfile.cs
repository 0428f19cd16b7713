namespace StreamBert.Contracts;

/// <summary>
/// Describes the predictions of a model version on the data that it was trained or validated on: the reference that a monitor compares
/// production with. It is stored in the model package (<c>profile.json</c>).
/// </summary>
public sealed record ReferenceProfile
{
    /// <summary>The number of bins of <see cref="HeadReference.Confidences"/> over [0, 1].</summary>
    public const int ConfidenceBins = 100;

    /// <summary>The version of the format.</summary>
    public int Format { get; init; } = 1;

    /// <summary>Names the texts on which the profile was measured.</summary>
    public required string MeasuredOn { get; init; }

    /// <summary>The number of texts.</summary>
    public required int Texts { get; init; }

    /// <summary>The predictions by head.</summary>
    public required IReadOnlyDictionary<string, HeadReference> Heads { get; init; }

    /// <summary>The number of texts by length, in the bins of <see cref="LengthBins"/>; empty bins at the end may be left out.</summary>
    public required IReadOnlyList<long> Lengths { get; init; }

    /// <summary>The number of tokens, special tokens included.</summary>
    public required long Tokens { get; init; }

    /// <summary>The number of tokens that the vocabulary does not contain.</summary>
    public required long UnknownTokens { get; init; }

    /// <summary>
    /// A random sample of the texts' embeddings, as in <see cref="TextClassified.Embedding"/>, each row a
    /// <see cref="PackedEmbedding"/>.
    /// </summary>
    public IReadOnlyList<byte[]> Embeddings { get; init => field = value ?? []; } = [];
}

/// <summary>Describes the predictions of one head on reference texts.</summary>
public sealed record HeadReference
{
    /// <summary>The number of texts by predicted label.</summary>
    public required IReadOnlyDictionary<string, long> Labels { get; init; }

    /// <summary>
    /// The number of texts by calibrated confidence of the predicted label, in <see cref="ReferenceProfile.ConfidenceBins"/> equal bins;
    /// empty bins at the end may be left out.
    /// </summary>
    public required IReadOnlyList<long> Confidences { get; init; }
}

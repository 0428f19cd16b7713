using StreamBert.Contracts;

namespace StreamBert.Model.Classification;

/// <summary>The output of a model for one text.</summary>
/// <param name="Heads">The calibrated prediction of each head that classifies whole texts.</param>
/// <param name="Embedding">The mean hidden state of the text, projected to 32 values.</param>
public sealed record ClassifiedText(IReadOnlyDictionary<string, HeadPrediction> Heads, float[] Embedding)
{
    /// <summary>The logits of each head, row by row: one row, or one for each token for token classification.</summary>
    public IReadOnlyDictionary<string, float[]> Logits { get; init; } = new Dictionary<string, float[]>();

    /// <summary>The entities that token-classification heads found, in the order of the text; null if the model has no such head.</summary>
    public IReadOnlyList<Entity>? Entities { get; init; }
}

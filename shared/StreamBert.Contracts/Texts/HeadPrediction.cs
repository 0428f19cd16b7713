namespace StreamBert.Contracts;

/// <summary>
/// Holds one head's answer. <paramref name="Scores"/> are calibrated probabilities: they sum to 1, except for a multi-label head; for a
/// regression they are the predicted numbers.
/// </summary>
/// <param name="Label">The label with the highest score.</param>
/// <param name="Confidence">The confidence in the label, 0 to 1.</param>
/// <param name="Scores">The score of each label.</param>
public sealed record HeadPrediction(string Label, double Confidence, IReadOnlyDictionary<string, double> Scores)
{
    /// <summary>All labels that apply, for a multi-label head.</summary>
    public IReadOnlyList<string>? Labels { get; init; }

    /// <summary>
    /// The out-of-distribution score, 0 to 1: the share of held-out texts that are nearer to the training texts of the head. Above 0.99 the
    /// text is unlike them, and the confidence says little. Null if the model has no distribution of them.
    /// </summary>
    public double? OutOfDistribution { get; init; }
}

namespace StreamBert.Monitoring.Feedback;

/// <summary>A prediction that a person has labelled, for one head.</summary>
/// <param name="Head">The head.</param>
/// <param name="Label">The label that the person gave.</param>
/// <param name="Predicted">The predicted label.</param>
/// <param name="Confidence">The confidence of the prediction.</param>
internal sealed record LabelledPrediction(string Head, string Label, string Predicted, double Confidence)
{
    /// <summary>The hash of the text's cluster: its subject or story.</summary>
    public ulong Cluster { get; init; }

    /// <summary>Whether the text is in the random labelling sample; other feedback is biased.</summary>
    public bool IsInSample { get; init; }

    /// <summary>The segments of the text, such as <c>topic=Energy</c>, and its groups, such as <c>region=north</c>.</summary>
    public IReadOnlyList<string> Segments { get; init; } = [];

    public bool IsCorrect => Label == Predicted;
}

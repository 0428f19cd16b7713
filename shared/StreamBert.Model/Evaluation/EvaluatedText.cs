namespace StreamBert.Model.Evaluation;

/// <summary>The true and the predicted labels of a text, word or entity.</summary>
/// <param name="Actual">The true labels: one, or any number for a multi-label head.</param>
/// <param name="Predicted">The predicted labels.</param>
/// <param name="Confidence">The calibrated probability of the first predicted label.</param>
public sealed record EvaluatedText(IReadOnlyList<string> Actual, IReadOnlyList<string> Predicted, double Confidence)
{
    /// <summary>Creates the outcome of a head that predicts one label.</summary>
    /// <param name="actual">The true label.</param>
    /// <param name="predicted">The predicted label.</param>
    /// <param name="confidence">The calibrated probability of the predicted label.</param>
    public EvaluatedText(string actual, string predicted, double confidence)
        : this([actual], [predicted], confidence)
    {
    }

    /// <summary>Whether exactly the true labels were predicted.</summary>
    public bool IsCorrect => Actual.Count == Predicted.Count && Actual.All(Predicted.Contains);
}

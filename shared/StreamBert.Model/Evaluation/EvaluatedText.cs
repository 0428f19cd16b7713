namespace StreamBert.Model.Evaluation;

/// <summary>The true and the predicted label of a text or word.</summary>
/// <param name="Confidence">The calibrated probability of the predicted label.</param>
internal readonly record struct EvaluatedText(string Actual, string Predicted, double Confidence)
{
    public bool IsCorrect => Actual == Predicted;
}

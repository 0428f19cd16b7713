namespace StreamBert.Model.Evaluation;

/// <summary>The predicted tag of a word and its calibrated probability.</summary>
/// <param name="Tag">The tag.</param>
/// <param name="Probability">The calibrated probability of the tag.</param>
public readonly record struct PredictedTag(string Tag, double Probability);

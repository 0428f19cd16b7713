namespace StreamBert.Model.Evaluation;

/// <summary>The predicted tag of a word and its probability.</summary>
/// <param name="Tag">The tag.</param>
/// <param name="Probability">The probability of the tag, calibrated by the temperature of the head.</param>
/// <param name="Uncalibrated">The probability of the tag at temperature 1.</param>
public readonly record struct PredictedTag(string Tag, double Probability, double Uncalibrated);

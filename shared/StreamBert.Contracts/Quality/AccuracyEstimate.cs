namespace StreamBert.Contracts;

/// <summary>Holds the estimated accuracy of a number of texts.</summary>
/// <param name="Texts">The number of texts.</param>
/// <param name="Accuracy">The mean calibrated confidence, 0 to 1; null without texts.</param>
/// <param name="Interval">The interval in which the share of correct predictions lies with 95 %.</param>
public sealed record AccuracyEstimate(long Texts, double? Accuracy, Interval? Interval);

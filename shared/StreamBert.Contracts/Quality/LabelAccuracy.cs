namespace StreamBert.Contracts;

/// <summary>Holds the estimated quality of one label. Recall and F1 are null if the predictions carry no scores.</summary>
/// <param name="Predicted">The number of texts with the label.</param>
/// <param name="Precision">The estimated share of them whose label is correct; null without any.</param>
/// <param name="PrecisionInterval">Its interval.</param>
/// <param name="Recall">The estimated share of the texts of the label that were given it.</param>
/// <param name="RecallInterval">Its interval.</param>
/// <param name="F1">The harmonic mean of both.</param>
/// <param name="F1Interval">Its interval.</param>
public sealed record LabelAccuracy(
    long Predicted, double? Precision, Interval? PrecisionInterval, double? Recall, Interval? RecallInterval, double? F1,
    Interval? F1Interval);

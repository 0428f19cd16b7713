namespace StreamBert.Contracts;

/// <summary>Holds the accuracy of predictions that people have labelled.</summary>
/// <param name="Labels">The number of labelled texts.</param>
/// <param name="Correct">The number of them whose prediction was correct.</param>
/// <param name="Accuracy">The share, 0 to 1.</param>
/// <param name="Interval">The Wilson interval of the share.</param>
/// <param name="MeanConfidence">The mean confidence of the same predictions: a calibrated model has about the same accuracy.</param>
public sealed record LabelledAccuracy(long Labels, long Correct, double Accuracy, Interval Interval, double MeanConfidence);

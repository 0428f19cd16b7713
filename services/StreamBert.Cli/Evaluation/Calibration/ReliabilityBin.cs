namespace StreamBert.Cli.Evaluation.Calibration;

/// <summary>Represents the answers of one range of confidence.</summary>
/// <param name="From">The lower end of the range.</param>
/// <param name="To">The upper end, exclusive except for 1.</param>
/// <param name="Count">The number of answers.</param>
/// <param name="Confidence">Their mean confidence.</param>
/// <param name="Accuracy">The share of them that is true.</param>
internal sealed record ReliabilityBin(double From, double To, int Count, double Confidence, double Accuracy);

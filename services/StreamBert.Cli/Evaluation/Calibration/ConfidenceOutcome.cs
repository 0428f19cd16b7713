namespace StreamBert.Cli.Evaluation.Calibration;

/// <summary>A stated probability and whether what it was stated for is true.</summary>
internal readonly record struct ConfidenceOutcome(double Confidence, bool IsTrue);

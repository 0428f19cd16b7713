namespace StreamBert.Contracts;

/// <summary>Holds averaged metrics.</summary>
/// <param name="Precision">The average precision.</param>
/// <param name="Recall">The average recall.</param>
/// <param name="F1">The average F1 score.</param>
public sealed record AverageMetrics(double Precision, double Recall, double F1);

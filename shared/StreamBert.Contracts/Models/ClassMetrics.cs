namespace StreamBert.Contracts;

/// <summary>Holds the metrics of one class.</summary>
/// <param name="Label">The class.</param>
/// <param name="Precision">The precision.</param>
/// <param name="Recall">The recall.</param>
/// <param name="F1">The F1 score.</param>
/// <param name="Support">The number of examples of the class.</param>
public sealed record ClassMetrics(string Label, double Precision, double Recall, double F1, long Support);

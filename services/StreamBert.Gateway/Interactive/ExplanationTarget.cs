namespace StreamBert.Gateway.Interactive;

/// <summary>Names the head and the label to explain.</summary>
/// <param name="Head">The head; null for the first head of the pipeline.</param>
/// <param name="Label">The label; null for the predicted one.</param>
public sealed record ExplanationTarget(string? Head = null, string? Label = null);

namespace StreamBert.Model.Explaining;

/// <summary>What was asked to be explained cannot be: no such head or label, or nothing with gradients.</summary>
public sealed class ExplanationException(string message) : Exception(message);

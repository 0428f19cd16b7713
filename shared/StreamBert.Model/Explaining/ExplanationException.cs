namespace StreamBert.Model.Explaining;

/// <summary>A prediction cannot be explained: the head or label does not exist, or the model has no gradients.</summary>
public sealed class ExplanationException(string message) : Exception(message);

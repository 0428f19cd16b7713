namespace StreamBert.Contracts;

/// <summary>Holds the effect of a word on the label's logit: positive for the label, negative against it.</summary>
/// <param name="Text">The word; null in the log if the pipeline's privacy settings exclude texts from it.</param>
/// <param name="Start">The UTF-16 position in the text.</param>
/// <param name="End">The position after the last character.</param>
/// <param name="Attribution">The effect in units of the logit.</param>
public sealed record WordAttribution(string? Text, int Start, int End, double Attribution);

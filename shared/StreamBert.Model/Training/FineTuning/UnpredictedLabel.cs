namespace StreamBert.Model.Training.FineTuning;

/// <summary>A label that occurs in the validation texts and is never predicted there.</summary>
/// <param name="Head">The head.</param>
/// <param name="Label">The label.</param>
/// <param name="Count">The number of validation texts with the label.</param>
/// <param name="Total">The number of validation texts of the head.</param>
public sealed record UnpredictedLabel(string Head, string Label, int Count, int Total);

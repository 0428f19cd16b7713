namespace StreamBert.Model.Training.FineTuning;

/// <summary>The label indices of a text's tokens for one head; -1 for tokens without a label.</summary>
internal sealed record TokenLabels(string Head, int[] Labels);

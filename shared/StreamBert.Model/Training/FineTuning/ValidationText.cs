namespace StreamBert.Model.Training.FineTuning;

/// <summary>A labelled text that is not trained on, as the model reads it.</summary>
/// <param name="Ids">Its token ids.</param>
/// <param name="Labels">The index of its label; for a token-classification head that of each token, -1 for tokens without a label.</param>
/// <param name="Source">Where the text is from: temperatures are fitted so that every source has the same weight.</param>
internal sealed record ValidationText(int[] Ids, int[] Labels, string Source = "");

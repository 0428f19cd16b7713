namespace StreamBert.Model.Datasets;

/// <summary>A text with its true label for one head.</summary>
/// <param name="Text">The text.</param>
/// <param name="Head">The name of the head.</param>
/// <param name="Label">The true label.</param>
/// <param name="Weight">The weight of the text in training.</param>
public sealed record LabelledText(string Text, string Head, string Label, float Weight = 1);

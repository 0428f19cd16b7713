namespace StreamBert.Model.Training.FineTuning;

/// <summary>The logits of a head for a text or a token, with the true label.</summary>
/// <param name="Label">The index of the label.</param>
/// <param name="Source">As in <see cref="ValidationText"/>.</param>
internal sealed record LabelledLogits(float[] Logits, int Label, string Source = "");

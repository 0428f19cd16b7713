using StreamBert.Model.Datasets;

namespace StreamBert.Model.Training.FineTuning;

/// <summary>A labelled text as the model reads it.</summary>
/// <param name="Source">The text.</param>
/// <param name="Ids">Its token ids.</param>
/// <param name="Label">The index of its label.</param>
internal sealed record LabelledIds(LabelledText Source, int[] Ids, int Label);

using StreamBert.Model.Datasets;

namespace StreamBert.Model.Training.FineTuning;

/// <summary>The texts of a fine-tuning, by what they are used for.</summary>
/// <param name="Feedback">
/// Texts with new labels from people. A tenth of them, with its near-duplicates, is not trained on: temperatures are fitted on it.
/// </param>
public sealed record FineTuningTexts(IReadOnlyList<LabelledText> Feedback)
{
    /// <summary>
    /// Texts that prevent forgetting: labelled texts of the base data, or predictions. They are trained on, and no temperature is fitted on
    /// them: a model is too sure of what it was trained on, and of its own predictions.
    /// </summary>
    public IReadOnlyList<LabelledText> Rehearsal { get; init; } = [];

    /// <summary>
    /// Texts with labels from people that no version is trained on, nor on their near-duplicates. Together with the held-out feedback
    /// they determine the temperatures of the heads that have feedback; both have the same weight.
    /// </summary>
    public IReadOnlyList<LabelledText> Calibration { get; init; } = [];
}

using StreamBert.Model.Datasets;

namespace StreamBert.Model.Training.FineTuning;

/// <summary>A head to train, with its labelled texts.</summary>
/// <param name="Head">The name of the head.</param>
/// <param name="Labels">The names of the labels, in the order of a new head's logits.</param>
/// <param name="Train">The training texts, and those to validate on if <paramref name="Validation"/> is empty.</param>
/// <param name="Validation">The validation texts; empty: a part of the training texts, stratified by label.</param>
/// <param name="Test">The texts to evaluate on after the training; empty for none.</param>
public sealed record HeadTexts(
    string Head, IReadOnlyList<string> Labels, IReadOnlyList<LabelledText> Train, IReadOnlyList<LabelledText> Validation,
    IReadOnlyList<LabelledText> Test)
{
    /// <summary>The name of the validation texts in the report.</summary>
    public string ValidationName { get; init; } = "validation";

    /// <summary>The name of the test texts in the report.</summary>
    public string TestName { get; init; } = "test";
}

using StreamBert.Contracts;
using StreamBert.Model.Datasets;
using StreamBert.Model.Manifests;
using StreamBert.Model.Training.Runs;

namespace StreamBert.Model.Training.FineTuning;

/// <summary>The result of training heads on labelled texts.</summary>
/// <param name="Version">The version of the new package.</param>
/// <param name="Reports">The reports of the stored model on the validation texts, and on the test texts if there are any.</param>
/// <param name="Epochs">The results of the epochs.</param>
/// <param name="UnpredictedLabels">The labels that the model never predicts on validation texts which have them.</param>
/// <param name="UncalibratedHeads">The heads with too few validation texts to fit a temperature.</param>
public sealed record TextTrainingResult(
    string Version, IReadOnlyList<ClassificationReport> Reports, IReadOnlyList<EpochResult> Epochs,
    IReadOnlyList<UnpredictedLabel> UnpredictedLabels, IReadOnlyList<string> UncalibratedHeads)
{
    /// <summary>The texts that the reports are about.</summary>
    public required IReadOnlyList<LabelledData> Evaluated { get; init; }

    /// <summary>What the run used.</summary>
    public required TrainingUsage Usage { get; init; }
}

using StreamBert.Model.Manifests;
using StreamBert.Model.Training.Runs;

namespace StreamBert.Model.Training.FineTuning;

/// <summary>The result of supervised training.</summary>
/// <param name="Epochs">The results of the epochs.</param>
/// <param name="Usage">What the run used.</param>
internal sealed record SupervisedResult(IReadOnlyList<EpochResult> Epochs, TrainingUsage Usage);

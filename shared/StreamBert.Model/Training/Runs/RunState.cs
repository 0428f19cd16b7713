namespace StreamBert.Model.Training.Runs;

/// <summary>The state of a run in a checkpoint, beside its tensors.</summary>
/// <param name="Fingerprint">What the run depends on.</param>
/// <param name="Steps">The number of completed steps.</param>
/// <param name="Loss">The moving average of the loss.</param>
/// <param name="Totals">What the run took.</param>
/// <param name="Epochs">The results of the completed epochs.</param>
internal sealed record RunState(
    RunFingerprint Fingerprint, int Steps, double Loss, RunTotals Totals, IReadOnlyList<EpochResult> Epochs);

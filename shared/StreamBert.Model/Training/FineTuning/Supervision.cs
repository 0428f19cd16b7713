using StreamBert.Model.Training.Runs;

namespace StreamBert.Model.Training.FineTuning;

/// <summary>Selects the best epoch of a run on validation texts, and lets an interrupted run continue.</summary>
/// <param name="Validation">The validation texts.</param>
/// <param name="Checkpoints">The checkpoints of the run.</param>
internal sealed record Supervision(ValidationSet Validation, RunCheckpoints Checkpoints);

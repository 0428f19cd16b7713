using StreamBert.Model.Training;

namespace StreamBert.Training.Runs;

/// <summary>Receives the progress of a run: its steps, and what it does before the first and after the last one.</summary>
internal interface IRunProgress : IProgress<TrainingProgress>, IProgress<string>;

using StreamBert.Model.Training.Energy;
using StreamBert.Model.Training.Runs;

namespace StreamBert.Model.Training;

/// <summary>The environment of a training run.</summary>
/// <param name="TimeProvider">Measures the throughput.</param>
/// <param name="Progress">Receives the progress after each step; null if it is not needed.</param>
/// <param name="Cancellation">Cancels the run between two steps or phases.</param>
public sealed record TrainingContext(
    TimeProvider TimeProvider, IProgress<TrainingProgress>? Progress = null, CancellationToken Cancellation = default)
{
    /// <summary>The assumptions of the estimate of energy and emissions.</summary>
    public EnergyOptions Energy { get; init; } = new();

    /// <summary>Receives the result of each epoch; null if it is not needed.</summary>
    public IProgress<EpochResult>? Epochs { get; init; }

    /// <summary>Receives the figures of each step and each epoch; null if they are not needed.</summary>
    public IProgress<TrainingMetric>? Metrics { get; init; }

    /// <summary>
    /// Receives what is done before the first step and after the last one, such as the evaluation; null if it is not needed.
    /// </summary>
    public IProgress<string>? Phases { get; init; }

    /// <summary>Reports what is done next, before the first step or after the last one.</summary>
    /// <exception cref="OperationCanceledException">The run is cancelled.</exception>
    internal void BeginPhase(string phase)
    {
        Cancellation.ThrowIfCancellationRequested();
        Phases?.Report(phase);
    }
}

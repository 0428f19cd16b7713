namespace StreamBert.Model.Manifests;

/// <summary>What a training run used, in <c>streambert.json</c>.</summary>
/// <param name="Method">The method of fine-tuning: <c>full</c>, <c>lora</c>, <c>adalora</c> or <c>adapter</c>.</param>
/// <param name="Parameters">The number of parameters of the network, those of adapters included.</param>
/// <param name="TrainedParameters">The number of parameters that were trained.</param>
/// <param name="Steps">The number of updates of the weights.</param>
/// <param name="StepSeconds">The mean time of a step in seconds, without validation.</param>
/// <param name="TokensPerSecond">The throughput of the steps.</param>
/// <param name="PeakMemoryBytes">The largest resident memory of the process until the end of the run.</param>
/// <param name="Seconds">
/// The time of the run in seconds, with the fitting of heads and validation; after a kill, of what a checkpoint preserved.
/// </param>
/// <param name="Energy">The energy of this time.</param>
public sealed record TrainingUsage(
    string Method, long Parameters, long TrainedParameters, int Steps, double StepSeconds, double TokensPerSecond, long PeakMemoryBytes,
    double Seconds, EnergyEstimate Energy);

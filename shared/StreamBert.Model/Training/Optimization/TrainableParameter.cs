using TorchSharp.Modules;

namespace StreamBert.Model.Training.Optimization;

/// <summary>A parameter that an optimizer updates.</summary>
/// <param name="Name">The name, unique in its run; the run's checkpoints store the parameter under it.</param>
/// <param name="LearningRateFactor">The learning rate relative to that of the schedule.</param>
internal sealed record TrainableParameter(string Name, Parameter Value, double LearningRateFactor = 1)
{
    /// <summary>Whether weight decay applies: not to biases and layer norms (Devlin et al. 2018, reference implementation).</summary>
    public bool HasWeightDecay { get; } =
        !Name.EndsWith("bias", StringComparison.OrdinalIgnoreCase) && !Name.Contains("LayerNorm", StringComparison.Ordinal);
}

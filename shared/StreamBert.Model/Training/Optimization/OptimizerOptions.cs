namespace StreamBert.Model.Training.Optimization;

/// <summary>The options of an optimizer and of its schedule.</summary>
/// <param name="LearningRate">The peak learning rate.</param>
/// <param name="Steps">The number of steps of the run.</param>
internal sealed record OptimizerOptions(double LearningRate, int Steps)
{
    /// <summary>The share of the steps in which the learning rate rises; default 0.05.</summary>
    public double WarmUp { get; init; } = 0.05;

    /// <summary>The weight decay; default 0.01.</summary>
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>Gradients with a greater norm over all parameters are scaled to it; default 1.</summary>
    public double MaxGradientNorm { get; init; } = 1;
}

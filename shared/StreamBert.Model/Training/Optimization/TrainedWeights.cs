using TorchSharp;
using static TorchSharp.torch;

namespace StreamBert.Model.Training.Optimization;

/// <summary>The weights of a run with their optimizer and, if there is one, their moving average.</summary>
internal sealed class TrainedWeights : IDisposable
{
    private const string Prefix = "weights/";
    private readonly IReadOnlyList<TrainableParameter> _parameters;
    private readonly WeightAverage? _average;

    /// <param name="averageDecay">The decay of the moving average; 0 for none.</param>
    public TrainedWeights(IReadOnlyList<TrainableParameter> parameters, OptimizerOptions options, double averageDecay)
    {
        _parameters = parameters;
        Optimizer = new ScheduledOptimizer(parameters, options);
        _average = averageDecay > 0 ? new WeightAverage(parameters, averageDecay) : null;
    }

    public ScheduledOptimizer Optimizer { get; }

    /// <summary>The weights.</summary>
    public IEnumerable<(string Name, Tensor Value)> Weights =>
        _parameters.Select(static parameter => (Prefix + parameter.Name, (Tensor)parameter.Value));

    /// <summary>All tensors that a checkpoint needs.</summary>
    public IEnumerable<(string Name, Tensor Value)> State => Weights.Concat(Optimizer.State).Concat(_average?.State ?? []);

    /// <summary>Updates the weights by the accumulated gradients.</summary>
    /// <returns>The loss.</returns>
    /// <exception cref="InvalidOperationException">The loss is not finite.</exception>
    public double Step()
    {
        var loss = Optimizer.Step();
        _average?.Update(Optimizer.Steps);
        return loss;
    }

    /// <summary>Continues from a checkpoint.</summary>
    public void Restore(int steps, IReadOnlyDictionary<string, Tensor> tensors)
    {
        Load(tensors);
        Optimizer.Restore(steps, tensors);
        _average?.Restore(tensors);
    }

    /// <summary>Replaces the weights.</summary>
    /// <exception cref="KeyNotFoundException">A weight is missing.</exception>
    public void Load(IReadOnlyDictionary<string, Tensor> tensors)
    {
        using var noGradient = no_grad();
        foreach (var parameter in _parameters) parameter.Value.copy_(tensors[Prefix + parameter.Name]);
    }

    /// <summary>Exchanges the weights and their average, if there is one; a second call restores the weights.</summary>
    public void SwapAverage() => _average?.Swap();

    public void Dispose()
    {
        Optimizer.Dispose();
        _average?.Dispose();
    }
}

using TorchSharp;
using static TorchSharp.torch;

namespace StreamBert.Model.Training.Optimization;

/// <summary>The weights of a run with their optimizer and, if there is one, their moving average.</summary>
internal sealed class TrainedWeights : IDisposable
{
    private const string Prefix = "weights/";
    private readonly IReadOnlyList<TrainableParameter> _parameters;
    private readonly IReadOnlyList<(string Name, Tensor Value)> _state;
    private readonly WeightAverage? _average;

    /// <param name="state">The tensors that change beside the parameters.</param>
    /// <param name="averageDecay">The decay of the moving average; 0 for none.</param>
    public TrainedWeights(
        IReadOnlyList<TrainableParameter> parameters, IReadOnlyList<(string Name, Tensor Value)> state, OptimizerOptions options,
        double averageDecay)
    {
        (_parameters, _state) = (parameters, state);
        Optimizer = new ScheduledOptimizer(parameters, options);
        _average = averageDecay > 0 ? new WeightAverage(parameters, averageDecay) : null;
    }

    public ScheduledOptimizer Optimizer { get; }

    /// <summary>The weights, and the tensors that change beside them.</summary>
    public IEnumerable<(string Name, Tensor Value)> Weights => _parameters
        .Select(static parameter => (parameter.Name, (Tensor)parameter.Value)).Concat(_state)
        .Select(static tensor => (Prefix + tensor.Item1, tensor.Item2));

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

    /// <summary>Replaces the weights, and the tensors that change beside them.</summary>
    /// <exception cref="KeyNotFoundException">A weight is missing.</exception>
    public void Load(IReadOnlyDictionary<string, Tensor> tensors)
    {
        using var noGradient = no_grad();
        foreach (var (name, value) in Weights) value.copy_(tensors[name]);
    }

    /// <summary>Exchanges the weights and their average, if there is one; a second call restores the weights.</summary>
    public void SwapAverage() => _average?.Swap();

    public void Dispose()
    {
        Optimizer.Dispose();
        _average?.Dispose();
    }
}

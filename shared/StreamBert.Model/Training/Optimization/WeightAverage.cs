using TorchSharp;
using static TorchSharp.torch;

namespace StreamBert.Model.Training.Optimization;

/// <summary>
/// An exponential moving average of the weights (Polyak and Juditsky 1992), which is often more accurate than the last weights. At first
/// the decay is min(decay, (1 + steps) / (10 + steps)), so that the average does not remember the initial weights.
/// </summary>
internal sealed class WeightAverage : IDisposable
{
    private const string Prefix = "average/";
    private const double InitialSteps = 10;
    private readonly (TrainableParameter Parameter, Tensor Average)[] _averages;
    private readonly double _decay;

    public WeightAverage(IEnumerable<TrainableParameter> parameters, double decay)
    {
        _decay = decay;
        using var scope = NewDisposeScope();
        _averages = [.. parameters.Select(static parameter => (parameter, parameter.Value.detach().clone().DetachFromDisposeScope()))];
    }

    /// <summary>The averages, for a checkpoint.</summary>
    public IEnumerable<(string Name, Tensor Value)> State => _averages.Select(static item => (Prefix + item.Parameter.Name, item.Average));

    /// <summary>Continues from the state in a checkpoint.</summary>
    public void Restore(IReadOnlyDictionary<string, Tensor> tensors)
    {
        using var noGradient = no_grad();
        foreach (var (parameter, average) in _averages) average.copy_(tensors[Prefix + parameter.Name]);
    }

    /// <summary>Adds the weights after a step.</summary>
    /// <param name="step">The number of completed steps.</param>
    public void Update(int step)
    {
        using var noGradient = no_grad();
        var rate = Math.Min(_decay, (1 + step) / (InitialSteps + step));
        using Scalar keep = rate.ToScalar(), add = (1 - rate).ToScalar();
        foreach (var (parameter, average) in _averages) average.mul_(keep).add_(parameter.Value, add);
    }

    /// <summary>Exchanges the weights and their averages; a second call restores the weights.</summary>
    public void Swap()
    {
        using var noGradient = no_grad();
        foreach (var (parameter, average) in _averages)
        {
            using Tensor value = parameter.Value.detach(), weights = value.clone();
            parameter.Value.copy_(average);
            average.copy_(weights);
        }
    }

    public void Dispose()
    {
        foreach (var (_, average) in _averages) average.Dispose();
    }
}

using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace StreamBert.Model.Training.Optimization;

/// <summary>AdamW with linear warm-up, linear decay, gradient accumulation and gradient clipping.</summary>
internal sealed class ScheduledOptimizer : IDisposable
{
    private readonly Parameter[] _parameters;
    private readonly AdamW _optimizer;
    private readonly OptimizerOptions _options;
    private readonly LearningRateSchedule _schedule;
    private double? _loss;

    public ScheduledOptimizer(IReadOnlyList<TrainableParameter> parameters, OptimizerOptions options)
    {
        _parameters = [.. parameters.Select(static parameter => parameter.Value)];
        _options = options;
        _schedule = new LearningRateSchedule(options.LearningRate, options.Steps, options.WarmUp);
        _optimizer = new AdamW(parameters, options.WeightDecay);
    }

    /// <summary>The number of completed steps.</summary>
    public int Steps => _optimizer.Steps;

    /// <summary>The learning rate of the next step.</summary>
    public double LearningRate => _schedule.GetRate(Steps);

    /// <inheritdoc cref="AdamW.State"/>
    public IEnumerable<(string Name, Tensor Value)> State => _optimizer.State;

    /// <inheritdoc cref="AdamW.Restore"/>
    public void Restore(int steps, IReadOnlyDictionary<string, Tensor> tensors) => _optimizer.Restore(steps, tensors);

    /// <summary>Adds the gradients of a scalar loss to those of the step.</summary>
    public void Accumulate(Tensor loss)
    {
        if (_loss is null) _optimizer.RemoveGradients();
        loss.backward();
        _loss = (_loss ?? 0) + loss.item<float>();
    }

    /// <summary>Updates the parameters by the accumulated gradients, which they keep until the next step.</summary>
    /// <returns>The sum of the accumulated losses.</returns>
    /// <exception cref="InvalidOperationException">The loss is not finite.</exception>
    public double Step()
    {
        if (_loss is null) _optimizer.RemoveGradients(); // no example of the step has a target
        var loss = _loss ?? 0;
        if (!double.IsFinite(loss))
            throw new InvalidOperationException($"The loss became {loss} at step {Steps}; reduce the learning rate.");
        _optimizer.Step(LearningRate, Math.Max(1, ComputeGradientNorm() / _options.MaxGradientNorm));
        _loss = null;
        return loss;
    }

    public void Dispose() => _optimizer.Dispose();

    /// <summary>Computes the norm of the gradients of all parameters.</summary>
    private double ComputeGradientNorm()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var norms = _parameters.Select(static parameter => parameter.grad).OfType<Tensor>()
            .Select(static gradient => gradient.norm()).ToList();
        return norms.Count == 0 ? 0 : stack(norms).norm().item<float>();
    }
}

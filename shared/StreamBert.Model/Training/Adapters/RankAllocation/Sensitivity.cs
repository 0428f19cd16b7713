using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace StreamBert.Model.Training.Adapters.RankAllocation;

/// <summary>
/// The importance of each value of a parameter (Zhang et al. 2023, equations 8 to 11): the sensitivity |value · gradient|, smoothed over
/// the steps, times its uncertainty, the smoothed distance of the sensitivity to its mean.
/// </summary>
internal sealed class Sensitivity : IDisposable
{
    private const double Decay = 0.85;
    private static readonly Scalar Keep = Decay.ToScalar(), Update = (1 - Decay).ToScalar();
    private readonly string _name;
    private readonly Parameter _parameter;
    private readonly Tensor _mean, _uncertainty;

    public Sensitivity(string name, Parameter parameter)
    {
        (_name, _parameter) = (name, parameter);
        using var noGradient = no_grad();
        _mean = zeros_like(parameter).DetachFromDisposeScope();
        _uncertainty = zeros_like(parameter).DetachFromDisposeScope();
    }

    public IEnumerable<(string Name, Tensor Value)> State => [(_name + ".sensitivity", _mean), (_name + ".uncertainty", _uncertainty)];

    /// <summary>Takes the gradient of a step into account.</summary>
    public void Observe()
    {
        using var scope = NewDisposeScope();
        if (_parameter.grad is not { } gradient) return;
        using var noGradient = no_grad();
        var sensitivity = _parameter.mul(gradient).abs_();
        _mean.mul_(Keep).add_(sensitivity, Update);
        _uncertainty.mul_(Keep).add_(sensitivity.sub_(_mean).abs_(), Update);
    }

    /// <summary>Computes the importance of each value.</summary>
    public Tensor Compute() => _mean.mul(_uncertainty);

    public void Dispose()
    {
        _mean.Dispose();
        _uncertainty.Dispose();
    }
}

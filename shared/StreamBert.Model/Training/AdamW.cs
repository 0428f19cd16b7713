using StreamBert.Model.Network;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace StreamBert.Model.Training;

/// <summary>
/// Adam with decoupled weight decay (Loshchilov and Hutter 2019). TorchSharp's own passes numbers as scalars that may be freed during the
/// native
/// call (dotnet/TorchSharp#1434: "Expected false to be true" in one of some thousand steps); here every scalar outlives its use.
/// </summary>
internal sealed class AdamW : IDisposable
{
    private const double Beta1 = 0.9, Beta2 = 0.98, Decay = 0.01;
    private static readonly Scalar Keep1 = Beta1.ToScalar(), New1 = (1 - Beta1).ToScalar(), Keep2 = Beta2.ToScalar(), New2 = (1 - Beta2)
        .ToScalar(), Epsilon = 1e-6.ToScalar(), One = 1.0.ToScalar();
    private readonly (Parameter Weight, Tensor Mean, Tensor Square)[] _states;
    private int _step;

    public AdamW(IEnumerable<Parameter> weights)
    {
        using var scope = NewDisposeScope();
        _states = weights.Select(
            weight => (weight, zeros_like(weight).DetachFromDisposeScope(), zeros_like(weight).DetachFromDisposeScope())).ToArray();
    }

    public void ZeroGradients()
    {
        foreach (var (weight, _, _) in _states) weight.grad?.zero_();
    }

    /// <summary>Moves every weight that has a gradient.</summary>
    public void Step(double learningRate)
    {
        _step++;
        using var noGradient = no_grad();
        using var shrink = (1 - learningRate * Decay).ToScalar();
        using var move = (-learningRate / (1 - Math.Pow(Beta1, _step))).ToScalar();
        using var correction = Math.Sqrt(1 - Math.Pow(Beta2, _step)).ToScalar();
        foreach (var (weight, mean, square) in _states)
        {
            using var scope = NewDisposeScope();
            if (weight.grad is not { } gradient) continue;
            weight.mul_(shrink);
            mean.mul_(Keep1).add_(gradient, New1);
            square.mul_(Keep2).addcmul_(gradient, gradient, New2);
            weight.addcdiv_(mean, square.sqrt().div_(correction).add_(Epsilon, One), move);
        }
    }

    public void Dispose()
    {
        foreach (var (_, mean, square) in _states)
        {
            mean.Dispose();
            square.Dispose();
        }
    }
}

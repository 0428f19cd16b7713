using StreamBert.Model.Network;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace StreamBert.Model.Training.Optimization;

/// <summary>
/// Adam with decoupled weight decay (Loshchilov and Hutter 2019). TorchSharp's implementation passes numbers as scalars that may be freed
/// during the native call (dotnet/TorchSharp#1434: "Expected false to be true" in one of some thousand steps); here every scalar outlives
/// its use.
/// </summary>
internal sealed class AdamW : IDisposable
{
    private const double Beta1 = 0.9, Beta2 = 0.98, WeightDecay = 0.01;

    private static readonly Scalar MeanDecay = Beta1.ToScalar(), MeanUpdate = (1 - Beta1).ToScalar();
    private static readonly Scalar SquareDecay = Beta2.ToScalar(), SquareUpdate = (1 - Beta2).ToScalar();
    private static readonly Scalar Epsilon = 1e-6.ToScalar();

    private readonly (Parameter Parameter, Tensor Mean, Tensor Square)[] _states;
    private int _step;

    public AdamW(IEnumerable<Parameter> parameters)
    {
        using var scope = NewDisposeScope();
        _states = parameters.Select(static parameter =>
            (parameter, zeros_like(parameter).DetachFromDisposeScope(), zeros_like(parameter).DetachFromDisposeScope())).ToArray();
    }

    public void ZeroGradients()
    {
        foreach (var (parameter, _, _) in _states) parameter.grad?.zero_();
    }

    /// <summary>Updates every parameter that has a gradient.</summary>
    public void Step(double learningRate)
    {
        _step++;
        using var noGradient = no_grad();
        using var decay = (1 - learningRate * WeightDecay).ToScalar();
        using var stepSize = (-learningRate / (1 - Math.Pow(Beta1, _step))).ToScalar();
        using var biasCorrection = Math.Sqrt(1 - Math.Pow(Beta2, _step)).ToScalar();
        foreach (var (parameter, mean, square) in _states)
        {
            using var scope = NewDisposeScope();
            if (parameter.grad is not { } gradient) continue;
            parameter.mul_(decay);
            mean.mul_(MeanDecay).add_(gradient, MeanUpdate);
            square.mul_(SquareDecay).addcmul_(gradient, gradient, SquareUpdate);
            parameter.addcdiv_(mean, square.sqrt().div_(biasCorrection).add_(Epsilon, ScalarConstants.One), stepSize);
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

using StreamBert.Model.Network;
using TorchSharp;
using static TorchSharp.torch;

namespace StreamBert.Model.Training.Optimization;

/// <summary>
/// Adam with decoupled weight decay (Loshchilov and Hutter 2019). TorchSharp's implementation passes numbers as scalars that may be freed
/// during the native call (dotnet/TorchSharp#1434: "Expected false to be true" in one of some thousand steps); here every scalar outlives
/// its use.
/// </summary>
internal sealed class AdamW : IDisposable
{
    private const double Beta1 = 0.9, Beta2 = 0.98;
    private const string MeanPrefix = "mean/", SquarePrefix = "square/";

    private static readonly Scalar MeanDecay = Beta1.ToScalar(), MeanUpdate = (1 - Beta1).ToScalar();
    private static readonly Scalar SquareDecay = Beta2.ToScalar(), SquareUpdate = (1 - Beta2).ToScalar();
    private static readonly Scalar Epsilon = 1e-6.ToScalar();

    private readonly ParameterState[] _states;
    private readonly double _weightDecay;

    public AdamW(IEnumerable<TrainableParameter> parameters, double weightDecay)
    {
        _weightDecay = weightDecay;
        _states = [.. parameters.Select(static parameter => new ParameterState(parameter))];
    }

    /// <summary>The number of completed steps.</summary>
    public int Steps { get; private set; }

    /// <summary>The moving averages of the parameters that have been updated, for a checkpoint.</summary>
    public IEnumerable<(string Name, Tensor Value)> State => _states.Where(static state => state.IsUpdated).SelectMany(
        static state => new[] { (MeanPrefix + state.Parameter.Name, state.Mean), (SquarePrefix + state.Parameter.Name, state.Square) });

    /// <summary>Continues from the state in a checkpoint.</summary>
    public void Restore(int steps, IReadOnlyDictionary<string, Tensor> tensors)
    {
        Steps = steps;
        using var noGradient = no_grad();
        foreach (var state in _states)
        {
            if (!tensors.TryGetValue(MeanPrefix + state.Parameter.Name, out var mean)) continue;
            state.Mean.copy_(mean);
            state.Square.copy_(tensors[SquarePrefix + state.Parameter.Name]);
            state.IsUpdated = true;
        }
    }

    public void ZeroGradients()
    {
        foreach (var state in _states) state.Parameter.Value.grad?.zero_();
    }

    /// <summary>Updates every parameter that has, or had in an earlier step, a gradient.</summary>
    public void Step(double learningRate)
    {
        Steps++;
        using var noGradient = no_grad();
        using var squareCorrection = Math.Sqrt(1 - Math.Pow(Beta2, Steps)).ToScalar();
        foreach (var state in _states) Update(state, learningRate * state.Parameter.LearningRateFactor, squareCorrection);
    }

    public void Dispose()
    {
        foreach (var state in _states) state.Dispose();
    }

    private void Update(ParameterState state, double learningRate, Scalar squareCorrection)
    {
        using var scope = NewDisposeScope();
        var (parameter, mean, square) = (state.Parameter.Value, state.Mean, state.Square);
        if ((parameter.grad ?? (state.IsUpdated ? zeros_like(parameter) : null)) is not { } gradient) return;
        state.IsUpdated = true;
        using var stepSize = (-learningRate / (1 - Math.Pow(Beta1, Steps))).ToScalar();
        if (state.Parameter.HasWeightDecay)
        {
            using var decay = (1 - learningRate * _weightDecay).ToScalar();
            parameter.mul_(decay);
        }
        mean.mul_(MeanDecay).add_(gradient, MeanUpdate);
        square.mul_(SquareDecay).addcmul_(gradient, gradient, SquareUpdate);
        parameter.addcdiv_(mean, square.sqrt().div_(squareCorrection).add_(Epsilon, ScalarConstants.One), stepSize);
    }

    /// <summary>A parameter with the moving averages of its gradient and of its square.</summary>
    private sealed class ParameterState : IDisposable
    {
        public ParameterState(TrainableParameter parameter)
        {
            using var scope = NewDisposeScope();
            Parameter = parameter;
            Mean = zeros_like(parameter.Value).DetachFromDisposeScope();
            Square = zeros_like(parameter.Value).DetachFromDisposeScope();
        }

        public TrainableParameter Parameter { get; }
        public Tensor Mean { get; }
        public Tensor Square { get; }

        /// <summary>Whether the parameter has had a gradient.</summary>
        public bool IsUpdated { get; set; }

        public void Dispose()
        {
            Mean.Dispose();
            Square.Dispose();
        }
    }
}

using TorchSharp;
using static TorchSharp.torch;

namespace StreamBert.Model.Training.Optimization;

/// <summary>
/// Adam with decoupled weight decay (Loshchilov and Hutter 2019), in libtorch's fused kernel: one pass over a parameter, its gradient and
/// their moving averages. TorchSharp's implementation takes many passes, and passes numbers as scalars that may be freed during the native
/// call (dotnet/TorchSharp#1434).
/// </summary>
internal sealed class AdamW : IDisposable
{
    private const string MeanPrefix = "mean/", SquarePrefix = "square/";

    // TorchSharp has no method for the fused kernel; a script can call it. Numbers are passed as tensors: those that are passed as such
    // may be freed by the garbage collector during the call.
    private static readonly jit.CompilationUnit Kernel = jit.compile(
        """
        def update(values: List[Tensor], gradients: List[Tensor], means: List[Tensor], squares: List[Tensor], steps: List[Tensor],
                   divisor: Tensor, options: Tensor):
          scale: Optional[Tensor] = None
          if float(options[0]) != 1.0:
            scale = divisor
          torch._fused_adamw_(values, gradients, means, squares, [], steps, lr=float(options[1]), beta1=0.9, beta2=0.98,
            weight_decay=float(options[2]), eps=1e-6, amsgrad=False, maximize=False, grad_scale=scale)
          return values[0]

        """);

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

    /// <summary>Removes the gradients: the first ones of a step are stored, and the others added to them.</summary>
    public void RemoveGradients()
    {
        foreach (var state in _states) state.Parameter.Value.grad = null;
    }

    /// <summary>Updates every parameter that has, or had in an earlier step, a gradient.</summary>
    /// <param name="gradientDivisor">The gradients are divided by it, unless it is 1.</param>
    public void Step(double learningRate, double gradientDivisor = 1)
    {
        Steps++;
        using var noGradient = no_grad();
        foreach (var state in _states) Update(state, learningRate * state.Parameter.LearningRateFactor, gradientDivisor);
    }

    public void Dispose()
    {
        foreach (var state in _states) state.Dispose();
    }

    private void Update(ParameterState state, double learningRate, double gradientDivisor)
    {
        using var scope = NewDisposeScope();
        var parameter = state.Parameter.Value;
        if ((parameter.grad ?? (state.IsUpdated ? zeros_like(parameter) : null)) is not { } gradient) return;
        state.IsUpdated = true;
        double[] options = [gradientDivisor, learningRate, state.Parameter.HasWeightDecay ? _weightDecay : 0];
        Kernel.invoke(
            "update", new Tensor[] { parameter }, new[] { gradient }, new[] { state.Mean }, new[] { state.Square },
            new[] { tensor((float)Steps, device: parameter.device) }, tensor((float)gradientDivisor, device: parameter.device),
            tensor(options));
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

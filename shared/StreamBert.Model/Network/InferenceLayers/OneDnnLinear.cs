using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace StreamBert.Model.Network.InferenceLayers;

/// <summary>
/// A float32 linear layer whose weight is reordered once for oneDNN's kernels, with the bias added in the same pass: about a tenth faster
/// than libtorch's default, which reorders the weight for every batch. libtorch exposes these operators to its compiler only; a script can
/// call them.
/// </summary>
internal sealed class OneDnnLinear : IInferenceLinear
{
    /// <summary>
    /// The minimum number of weights for a gain: oneDNN compiles a kernel for every new number of tokens, which a small layer does not
    /// amortize.
    /// </summary>
    private const long MinWeights = 384 * 1024;

    /// <summary>The number of tokens that the layout is optimized for.</summary>
    private const int TypicalTokens = 512; // by value: a long would be passed as a scalar that may be freed during the call

    private const string Code = """
        class Module(Module):
          __parameters__ = []
          __buffers__ = []
          training : bool
          def pack(self: __torch__.Module, weight: Tensor, tokens: int) -> Tensor:
            return ops.mkldnn._reorder_linear_weight(weight, tokens)
          def unpack(self: __torch__.Module, weight: Tensor) -> Tensor:
            return torch.to_dense(weight)
          def linear(self: __torch__.Module, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
            return ops.mkldnn._linear_pointwise(x, weight, bias, "none", [], "")

        """;

    private static readonly Lazy<jit.ScriptModule?> Operators = new(LoadOperators);
    private readonly Tensor _weight, _bias;

    private OneDnnLinear(Tensor weight, Tensor bias) => (_weight, _bias) = (weight, bias);

    /// <summary>Whether libtorch was built with oneDNN.</summary>
    public static bool IsAvailable => Operators.Value is not null;

    /// <summary>Creates the layer; null if it would not be faster, or if libtorch was built without oneDNN.</summary>
    /// <param name="weight">Shape [outputs, inputs], float32 on the CPU.</param>
    public static OneDnnLinear? TryCreate(Tensor weight, Tensor bias)
    {
        if (weight.numel() < MinWeights || Operators.Value is not { } operators) return null;
        var packed = (Tensor)operators.invoke("pack", weight, TypicalTokens);
        return new OneDnnLinear(packed.DetachFromDisposeScope(), bias.alias().DetachFromDisposeScope());
    }

    public Tensor Forward(Tensor x)
    {
        var operators = Operators.Value!;
        // Only libtorch's own product has gradients, which explanations need.
        if (is_grad_enabled()) return functional.linear(x, (Tensor)operators.invoke("unpack", _weight), _bias);
        return (Tensor)operators.invoke("linear", x, _weight, _bias);
    }

    public void Dispose()
    {
        _weight.Dispose();
        _bias.Dispose();
    }

    private static jit.ScriptModule? LoadOperators()
    {
        try
        {
            using var scope = NewDisposeScope();
            var operators = jit.load(TorchScriptArchive.Create(Code));
            using var packed = (Tensor)operators.invoke("pack", ones(8, 8), TypicalTokens);
            using var product = (Tensor)operators.invoke("linear", ones(1, 8), packed, zeros(8));
            return operators;
        }
        catch (System.Runtime.InteropServices.ExternalException)
        {
            return null; // libtorch without oneDNN, as on some processors: its default is used
        }
    }
}

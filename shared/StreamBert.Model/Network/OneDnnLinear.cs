using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace StreamBert.Model.Network;

/// <summary>
/// A float32 linear layer whose weight is laid out once for oneDNN's kernels, with the bias added in the same pass: about a tenth faster
/// than libtorch's
/// default, which lays it out anew for every batch. libtorch has these operators for its compiler only; a script reaches them.
/// </summary>
internal sealed class OneDnnLinear : IServingLinear
{
    /// <summary>
    /// From so many weights on it pays: oneDNN makes a kernel for every new number of tokens, which a small layer does not earn back.
    /// </summary>
    private const long WorthIt = 384 * 1024;

    /// <summary>The number of tokens that the layout is chosen for.</summary>
    private const long UsualTokens = 512;

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

    private static readonly Lazy<jit.ScriptModule?> Operators = new(Load);
    private readonly Tensor _weight, _bias;

    private OneDnnLinear(Tensor weight, Tensor bias) => (this._weight, this._bias) = (weight, bias);

    /// <summary>The layer in this form; null where it would not be faster, or libtorch was built without oneDNN.</summary>
    /// <param name="weight">[outputs, inputs], float32 on the CPU.</param>
    public static OneDnnLinear? TryCreate(Tensor weight, Tensor bias)
    {
        if (weight.numel() < WorthIt || Operators.Value is not { } operators) return null;
        return new(((Tensor)operators.invoke("pack", weight, UsualTokens)).DetachFromDisposeScope(), bias.alias().DetachFromDisposeScope());
    }

    public Tensor Forward(Tensor x)
    {
        var operators = Operators.Value!;
        // Gradients flow through libtorch's own product only; who explains an answer asks for them.
        if (is_grad_enabled()) return functional.linear(x, (Tensor)operators.invoke("unpack", _weight), _bias);
        return (Tensor)operators.invoke("linear", x, _weight, _bias);
    }

    public void Dispose()
    {
        _weight.Dispose();
        _bias.Dispose();
    }

    private static jit.ScriptModule? Load()
    {
        try
        {
            using var scope = NewDisposeScope();
            var operators = jit.load(ScriptArchive.Of(Code));
            using var packed = (Tensor)operators.invoke("pack", ones(8, 8), UsualTokens);
            using var product = (Tensor)operators.invoke("linear", ones(1, 8), packed, zeros(8));
            return operators;
        }
        catch (System.Runtime.InteropServices.ExternalException)
        {
            return null; // a libtorch without oneDNN, as on some processors: its default serves
        }
    }
}

using static TorchSharp.torch;

namespace StreamBert.Model.Network;

/// <summary>
/// A linear layer in a form made for serving: with 8-bit weights, or with weights laid out for the processor's own kernels.
/// </summary>
internal interface IServingLinear : IDisposable
{
    /// <summary>[tokens, inputs] → [tokens, outputs]</summary>
    Tensor Forward(Tensor x);
}

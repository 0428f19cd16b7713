using static TorchSharp.torch;

namespace StreamBert.Model.Network.InferenceLayers;

/// <summary>A linear layer optimized for inference: with 8-bit weights, or with weights in the layout of the processor's kernels.</summary>
internal interface IInferenceLinear : IDisposable
{
    /// <summary>Applies the layer: [tokens, inputs] → [tokens, outputs].</summary>
    Tensor Forward(Tensor x);
}

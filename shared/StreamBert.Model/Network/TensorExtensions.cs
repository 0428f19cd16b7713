using static TorchSharp.torch;

namespace StreamBert.Model.Network;

/// <summary>Copies tensors to managed memory.</summary>
internal static class TensorExtensions
{
    /// <summary>Copies the values of a float32 tensor, in row-major order.</summary>
    public static float[] ToFloats(this Tensor tensor) => tensor.cpu().contiguous().data<float>().ToArray();
}

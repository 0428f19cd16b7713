using System.Numerics;
using System.Runtime.Intrinsics.X86;
using StreamBert.Model.Network.InferenceLayers;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace StreamBert.Model.Network;

/// <summary>
/// Applies linear layers. With gradients a layer is computed as a convolution over single positions, where that is faster: libtorch
/// multiplies float32 matrices with MKL, which has no AVX-512 kernels for AMD's processors, and convolves with oneDNN, which has them and
/// is twice as fast there. Without gradients the result of a row does not depend on the number of rows, which a convolution does not
/// promise.
/// </summary>
internal static class LinearProduct
{
    /// <summary>The minimum number of multiplications for a gain: oneDNN compiles a kernel for every new shape.</summary>
    private const long MinMultiplications = 1L << 26;

    // Without a dilation, which has no effect on single positions, libtorch computes such a convolution with MKL.
    private static readonly long[] Dilation = [2, 2];

    private static readonly bool IsConvolutionFaster = Avx512F.IsSupported && OneDnnLinear.IsAvailable;

    /// <summary>Computes x·weightᵀ + bias: [rows, inputs] → [rows, outputs].</summary>
    /// <param name="weight">Shape [outputs, inputs].</param>
    public static Tensor Compute(Tensor x, Tensor weight, Tensor bias) =>
        IsConvolutionFaster && x.dtype == ScalarType.Float32 && x.device.type == TorchSharp.DeviceType.CPU
        && is_grad_enabled() && (x.requires_grad || weight.requires_grad) && x.shape[0] * weight.numel() >= MinMultiplications
        && !MayCrash(weight.shape[0], weight.shape[1])
            ? Convolve(x, weight, bias)
            : functional.linear(x, weight, bias);

    /// <summary>
    /// Whether oneDNN may divide by zero, which ends the process: on some virtual machines it does so when it plans a convolution with
    /// certain sizes that image models have, such as 256 → 1,024 and 2,048 → 512.
    /// </summary>
    private static bool MayCrash(long outputs, long inputs) =>
        outputs != inputs && IsSizeOfImageModels(outputs) && IsSizeOfImageModels(inputs);

    private static bool IsSizeOfImageModels(long size) => size >= 256 && BitOperations.IsPow2(size);

    private static Tensor Convolve(Tensor x, Tensor weight, Tensor bias)
    {
        var (rows, inputs, outputs) = (x.shape[0], x.shape[1], weight.shape[0]);
        var image = x.view(1, 1, rows, inputs).permute(0, 3, 1, 2); // channels last
        return functional.conv2d(image, weight.view(outputs, inputs, 1, 1), bias, dilation: Dilation)
            .permute(0, 2, 3, 1).reshape(rows, outputs);
    }
}

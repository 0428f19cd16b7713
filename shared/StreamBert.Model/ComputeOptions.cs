using static TorchSharp.torch;

namespace StreamBert.Model;

/// <summary>The device and the precision with which a model computes.</summary>
/// <param name="Device"><c>cpu</c> (default), <c>cuda</c> or <c>cuda:N</c>.</param>
/// <param name="Dtype">
/// The precision of the encoder's layers: <c>float32</c> (default), <c>bfloat16</c>, <c>float16</c> (CUDA only), <c>int8</c> (CPU only) or
/// <c>auto</c>: the fastest one that, according to the package, loses at most 0.3 points of accuracy. Heads always compute in float32.
/// </param>
public sealed record ComputeOptions(string Device = ComputeOptions.Cpu, string Dtype = ComputeOptions.Float32)
{
    /// <summary>The CPU.</summary>
    public const string Cpu = "cpu";

    /// <summary>The first CUDA device.</summary>
    public const string Cuda = "cuda";

#pragma warning disable CA1720 // These are the names of PyTorch's types.
    /// <summary>32-bit floating point.</summary>
    public const string Float32 = "float32";

    /// <summary>16-bit floating point with the exponent range of float32.</summary>
    public const string BFloat16 = "bfloat16";

    /// <summary>IEEE half precision.</summary>
    public const string Float16 = "float16";

    /// <summary>
    /// The fastest precision for which the processor has instructions and the package states a loss of at most 0.3 points of accuracy.
    /// </summary>
    public const string Auto = "auto";

    /// <summary>8-bit weights, and activations quantized to 8 bits in each pass.</summary>
    public const string Int8 = "int8";
#pragma warning restore CA1720

    private const string CudaPrefix = Cuda + ":";

    /// <summary>float32 on the CPU.</summary>
    public static ComputeOptions Default { get; } = new();

    internal Device TorchDevice => Device == Cpu ? CPU : new Device(Device);

    /// <summary>The index of the CUDA device; null for the CPU.</summary>
    internal int? GpuIndex => Device == Cpu ? null : Math.Max(0, TorchDevice.index);

    /// <summary>The type of the encoder's activations.</summary>
    internal ScalarType ActivationType => Dtype switch
    {
        BFloat16 => ScalarType.BFloat16,
        Float16 => ScalarType.Float16,
        _ => ScalarType.Float32,
    };

    /// <summary>Validates the options on this machine.</summary>
    /// <returns>The options themselves.</returns>
    /// <exception cref="ModelPackageException">The device or the precision does not exist, or not in this combination.</exception>
    public ComputeOptions Validate()
    {
        if (Dtype is not (Auto or Float32 or BFloat16 or Float16 or Int8))
        {
            throw new ModelPackageException(
                $"The dtype '{Dtype}' is not supported; {Auto}, {Float32}, {BFloat16}, {Float16} and {Int8} are.");
        }
        if (Device == Cpu) ValidateCpu();
        else ValidateCuda();
        return this;
    }

    private void ValidateCpu()
    {
        if (Dtype == Float16)
        {
            throw new ModelPackageException("float16 needs a CUDA device; on a CPU bfloat16 is the fast 16-bit precision.");
        }
    }

    private void ValidateCuda()
    {
        var isCuda = Device == Cuda
            || (Device.StartsWith(CudaPrefix, StringComparison.Ordinal) && byte.TryParse(Device.AsSpan(CudaPrefix.Length), out _));
        if (!isCuda) throw new ModelPackageException($"The device '{Device}' is not supported; cpu, cuda and cuda:N are.");
        if (Dtype == Int8) throw new ModelPackageException("int8 needs the CPU; on a CUDA device use bfloat16 or float16.");
        if (!cuda_is_available())
        {
            throw new ModelPackageException(
                $"The device '{Device}' is not available: there is no CUDA device, or this is the CPU build (build with -p:Device=cuda).");
        }

        if (TorchDevice.index >= cuda.device_count())
        {
            throw new ModelPackageException(
                $"The device '{Device}' is not available; this machine has {cuda.device_count()} CUDA device(s), counted from 0.");
        }
    }
}

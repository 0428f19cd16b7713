using static TorchSharp.torch;

namespace StreamBert.Model;

/// <summary>Where a model computes, and with which numbers.</summary>
/// <param name="Device"><c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</param>
/// <param name="Dtype"><c>float32</c>, <c>bfloat16</c>, <c>float16</c> (CUDA only) or <c>int8</c> (CPU only): the encoder's layers; heads
/// stay float32.</param>
public sealed record ComputeOptions(string Device = ComputeOptions.Cpu, string Dtype = ComputeOptions.Float32)
{
    public const string Cpu = "cpu", Cuda = "cuda";
    public const string Float32 = "float32", BFloat16 = "bfloat16", Float16 = "float16", Int8 = "int8";

    public static ComputeOptions Default { get; } = new();

    internal Device TorchDevice => Device == Cpu ? CPU : new Device(Device);

    /// <summary>The type of the encoder's activations.</summary>
    internal ScalarType Activations => Dtype switch
    {
        BFloat16 => ScalarType.BFloat16,
        Float16 => ScalarType.Float16,
        _ => ScalarType.Float32,
    };

    /// <exception cref="ModelPackageException">There is no such device or precision, or not together.</exception>
    public ComputeOptions Checked()
    {
        if (Dtype is not (Float32 or BFloat16 or Float16 or Int8))
            throw new ModelPackageException($"The dtype '{Dtype}' is not supported; {Float32}, {BFloat16}, {Float16} and {Int8} are.");
        var onCpu = Device == Cpu;
        if (!onCpu && Device != Cuda && !(Device.StartsWith("cuda:", StringComparison.Ordinal) && byte.TryParse(Device.AsSpan(5), out _)))
            throw new ModelPackageException($"The device '{Device}' is not supported; cpu, cuda and cuda:N are.");
        if (onCpu && Dtype == Float16)
        {
            throw new ModelPackageException(
            "float16 needs a CUDA device; on a CPU bfloat16 is the fast 16-bit precision.");
        }

        if (!onCpu && Dtype == Int8) throw new ModelPackageException("int8 is for the CPU; on a CUDA device use bfloat16 or float16.");
        if (!onCpu && !cuda_is_available())
        {
            throw new ModelPackageException(
                $"The device '{Device}' is not there: no CUDA device, or this is the CPU build (build with -p:Device=cuda).");
        }

        if (!onCpu && TorchDevice.index >= cuda.device_count())
        {
            throw new ModelPackageException(
                $"The device '{Device}' is not there; this machine has {cuda.device_count()} CUDA device(s), counted from 0.");
        }

        return this;
    }
}

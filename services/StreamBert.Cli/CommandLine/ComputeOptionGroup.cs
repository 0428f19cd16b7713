using System.CommandLine;
using StreamBert.Model;

namespace StreamBert.Cli.CommandLine;

/// <summary>Groups the options that choose the device and the precision of a computation.</summary>
internal sealed class ComputeOptionGroup
{
    private readonly Option<string> _device = new("--device")
    {
        Description = "Device: cpu, cuda or cuda:N.",
        DefaultValueFactory = static _ => ComputeOptions.Cpu,
    };

    private readonly Option<string> _dtype = new("--dtype")
    {
        Description = "Precision: float32, bfloat16, float16 (CUDA only), int8 (CPU only), or auto: the fastest one of the processor that, "
            + "according to the package, loses at most 0.3 points of accuracy.",
        DefaultValueFactory = static _ => ComputeOptions.Auto,
    };

    public void AddTo(Command command)
    {
        command.Add(_device);
        command.Add(_dtype);
    }

    public ComputeOptions Read(ParseResult parsed) => new(parsed.GetValue(_device)!, parsed.GetValue(_dtype)!);
}

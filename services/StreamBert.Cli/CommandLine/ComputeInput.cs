using System.CommandLine;
using StreamBert.Model;

namespace StreamBert.Cli.CommandLine;

/// <summary>The options of commands that compute: on which device, with which numbers.</summary>
internal sealed class ComputeInput
{
    private readonly Option<string> _device = new("--device")
    {
        Description = "cpu, cuda or cuda:N.",
        DefaultValueFactory = static _ => ComputeOptions.Cpu
    };

    private readonly Option<string> _dtype = new("--dtype")
    {
        Description = "float32, bfloat16, float16 (CUDA only) or int8 (CPU only).",
        DefaultValueFactory = static _ => ComputeOptions.Float32,
    };

    public void AddTo(Command command)
    {
        command.Add(_device);
        command.Add(_dtype);
    }

    public ComputeOptions Read(ParseResult parsed) => new(parsed.GetValue(_device)!, parsed.GetValue(_dtype)!);
}

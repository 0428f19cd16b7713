using System.CommandLine;
using StreamBert.Cli.Errors;
using StreamBert.Model;
using StreamBert.Model.Benchmarking;

namespace StreamBert.Cli.Bench.Measuring;

/// <summary>Provides the options that several benchmarks share.</summary>
internal static class BenchmarkOptions
{
    public static Option<bool> CreateJson() => new("--json") { Description = "Print the figures as one JSON line." };

    public static Option<string> CreateShape(string defaultShape) => new("--shape")
    {
        Description = "Shape of the encoder, LAYERSxHIDDEN; its weights are random.",
        DefaultValueFactory = _ => defaultShape,
    };

    public static Option<string> CreateDtype() => new("--dtype")
    {
        Description = "Precision: float32, bfloat16 or int8.",
        DefaultValueFactory = static _ => ComputeOptions.Float32,
    };

    public static Option<int> CreateRounds(int defaultRounds) => new("--rounds")
    {
        Description = "Number of rounds; the medians are shown.",
        DefaultValueFactory = _ => defaultRounds,
    };

    /// <exception cref="CliException">The shape is invalid.</exception>
    public static EncoderShape ParseShape(string text)
    {
        try
        {
            return EncoderShape.Parse(text);
        }
        catch (FormatException e)
        {
            throw new CliException(e.Message, e);
        }
    }
}

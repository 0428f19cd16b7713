using System.CommandLine;

namespace StreamBert.Cli.Bench;

/// <summary><c>bench</c>: measures parts of the program on this machine.</summary>
internal static class BenchCommand
{
    public static Command Create() => new("bench", "Measure this machine's speed: encoders, tokenizer, the whole pipeline, memory.")
    {
        InferenceBench.Create(),
        TokenizerBench.Create(),
        PipelineBench.Create(),
        SoakBench.Create(),
    };
}

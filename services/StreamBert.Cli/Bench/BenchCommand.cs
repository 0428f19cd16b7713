using System.CommandLine;
using StreamBert.Cli.Bench.Encoders;
using StreamBert.Cli.Bench.Monitoring;
using StreamBert.Cli.Bench.Pipelines;
using StreamBert.Cli.Bench.Soak;
using StreamBert.Cli.Bench.Tokenization;

namespace StreamBert.Cli.Bench;

/// <summary>Defines <c>bench</c>, which measures parts of the program on this machine.</summary>
internal static class BenchCommand
{
    public static Command Create() => new("bench", "Measure encoders, tokenizer, inference pipeline, monitor and memory on this machine.")
    {
        InferenceBench.Create(),
        TokenizerBench.Create(),
        PipelineBench.Create(),
        MonitorBench.Create(),
        SoakBench.Create(),
    };
}

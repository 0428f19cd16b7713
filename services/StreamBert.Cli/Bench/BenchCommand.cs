using System.CommandLine;

namespace StreamBert.Cli.Bench;

/// <summary><c>bench</c>: how fast this machine is at what StreamBert does.</summary>
internal static class BenchCommand
{
    public static Command Create() => new("bench", "Measure how fast this machine is at parts of the work.")
    {
        TokenizerBench.Create(),
    };
}

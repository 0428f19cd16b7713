using System.Runtime.InteropServices;

namespace StreamBert.Cli.Bench;

/// <summary>What figures were had on.</summary>
internal static class Machine
{
    private const string CpuInfo = "/proc/cpuinfo";

    public static string Describe() => $"{Processor()}, {Environment.ProcessorCount} cores, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}";

    private static string Processor() => File.Exists(CpuInfo)
        ? File.ReadLines(CpuInfo).FirstOrDefault(static line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim() ?? Architecture
        : Architecture;

    private static string Architecture => RuntimeInformation.OSArchitecture.ToString();
}

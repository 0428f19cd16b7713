using System.Runtime.InteropServices;
using StreamBert.Contracts;

namespace StreamBert.Cli.Bench;

/// <summary>What figures were had on.</summary>
internal static class Machine
{
    private const string CpuInfo = "/proc/cpuinfo";
    private const long MaxBytes = 16 * 1024 * 1024;

    public static string Describe() => $"{Processor()}, {Environment.ProcessorCount} cores, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}";

    private static string Processor() => File.Exists(CpuInfo)
        ? RegularFile.Lines(CpuInfo, MaxBytes).FirstOrDefault(static line => line.StartsWith("model name", StringComparison.Ordinal))?
            .Split(':', 2)[1]
            .Trim() ?? Architecture
        : Architecture;

    private static string Architecture => RuntimeInformation.OSArchitecture.ToString();
}

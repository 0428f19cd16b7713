using System.Runtime.InteropServices;
using StreamBert.Contracts;

namespace StreamBert.Cli.Bench.Measuring;

/// <summary>Describes the machine on which figures are measured.</summary>
internal static class MachineInfo
{
    private const string CpuInfo = "/proc/cpuinfo";
    private const long MaxCpuInfoBytes = 16 * 1024 * 1024;

    private static string Architecture => RuntimeInformation.OSArchitecture.ToString();

    public static string Describe() =>
        $"{GetProcessor()}, {Environment.ProcessorCount} cores, {RuntimeInformation.OSDescription}, "
            + $"{RuntimeInformation.FrameworkDescription}";

    private static string GetProcessor()
    {
        if (!File.Exists(CpuInfo))
            return Architecture;
        var model = RegularFile.Lines(CpuInfo, MaxCpuInfoBytes)
            .FirstOrDefault(static line => line.StartsWith("model name", StringComparison.Ordinal));
        return model?.Split(':', 2)[1].Trim() ?? Architecture;
    }
}

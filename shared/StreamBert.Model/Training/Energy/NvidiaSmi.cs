using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace StreamBert.Model.Training.Energy;

/// <summary>Reads the power of a GPU through NVIDIA's tool, which asks the driver's management library (NVML).</summary>
internal static class NvidiaSmi
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>Reads the power of a GPU in watts.</summary>
    /// <returns>Null if the tool is missing, does not know it, or does not answer in time, as while a driver is reset.</returns>
    public static double? TryReadWatts(int gpu)
    {
        string[] arguments = ["--query-gpu=power.draw", "--format=csv,noheader,nounits", $"--id={gpu}"];
        try
        {
            using var process = Process.Start(new ProcessStartInfo("nvidia-smi", arguments) { RedirectStandardOutput = true })!;
            if (process.WaitForExit(Timeout)) return process.ExitCode == 0 ? TryParse(process.StandardOutput.ReadToEnd()) : null;
            process.Kill();
            return null;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    /// <returns>Null if the output is no number, as for GPUs that do not measure their power.</returns>
    public static double? TryParse(string output) =>
        double.TryParse(output.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var watts) ? watts : null;
}

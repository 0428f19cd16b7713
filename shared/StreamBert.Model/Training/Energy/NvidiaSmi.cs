using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace StreamBert.Model.Training.Energy;

/// <summary>Reads the power of a GPU through NVIDIA's tool, which asks the driver's management library (NVML).</summary>
internal static class NvidiaSmi
{
    /// <summary>Reads the power of a GPU in watts.</summary>
    /// <returns>Null if the tool is missing or does not know it.</returns>
    public static double? TryReadWatts(int gpu)
    {
        string[] arguments = ["--query-gpu=power.draw", "--format=csv,noheader,nounits", $"--id={gpu}"];
        try
        {
            using var process = Process.Start(new ProcessStartInfo("nvidia-smi", arguments) { RedirectStandardOutput = true })!;
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? TryParse(output) : null;
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

using System.Diagnostics;
using System.Runtime.InteropServices;

namespace StreamBert.Chaos.Processes;

/// <summary>
/// Locates and prepares a program of the same build as the running one: both output folders have the same path below their projects.
/// </summary>
public static class BuiltProgram
{
    public static string StreamBert => GetPath("StreamBert.Cli", "streambert");

    /// <param name="project">The name of a project under <c>services</c>.</param>
    /// <param name="name">The name of its executable; null for that of the project.</param>
    public static string GetPath(string project, string? name = null)
    {
        var output = AppContext.BaseDirectory;
        var root = output[..output.LastIndexOf(FolderName("tests"), StringComparison.Ordinal)];
        var relativeOutput = output[output.LastIndexOf(FolderName("bin"), StringComparison.Ordinal)..].Trim(Path.DirectorySeparatorChar);
        var executable = OperatingSystem.IsWindows() ? $"{name ?? project}.exe" : name ?? project;
        return Path.Combine(root, "services", project, relativeOutput, executable);
    }

    /// <summary>Prepares a start with captured output, so that the program finds the .NET runtime of this process.</summary>
    public static ProcessStartInfo CreateStartInfo(
        string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        foreach (var (variable, value) in environment ?? new Dictionary<string, string>())
            start.Environment[variable] = value;
        return start;
    }

    private static string FolderName(string name) => $"{Path.DirectorySeparatorChar}{name}{Path.DirectorySeparatorChar}";
}

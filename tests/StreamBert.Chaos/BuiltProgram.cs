namespace StreamBert.Chaos;

/// <summary>A program of the same build as the one that asks: its output folder ends as the asker's does.</summary>
public static class BuiltProgram
{
    public static string StreamBert => Of("StreamBert.Cli", "streambert");

    /// <param name="project">One under <c>services</c>.</param>
    /// <param name="name">Of the executable; null: the project's.</param>
    public static string Of(string project, string? name = null)
    {
        var here = AppContext.BaseDirectory;
        var root = here[..here.LastIndexOf($"{Path.DirectorySeparatorChar}tests{Path.DirectorySeparatorChar}", StringComparison.Ordinal)];
        var tail = here[here.LastIndexOf($"{Path.DirectorySeparatorChar}bin{Path.DirectorySeparatorChar}", StringComparison.Ordinal)..]
            .Trim(Path.DirectorySeparatorChar);
        return Path.Combine(root, "services", project, tail, OperatingSystem.IsWindows() ? $"{name ?? project}.exe" : name ?? project);
    }
}

namespace StreamBert.Cli.CommandLine;

/// <summary>The model package that ships beside the program.</summary>
internal static class DefaultModel
{
    public static string Directory => Path.Combine(AppContext.BaseDirectory, "models", "default");

    /// <exception cref="CliException">There is no such directory.</exception>
    public static string Checked(string directory) => System.IO.Directory.Exists(directory)
        ? directory
        : throw new CliException(
            $"There is no model directory '{directory}' (--model); give one that holds config.json and model.safetensors.");
}

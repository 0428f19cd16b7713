using System.CommandLine;
using StreamBert.Cli.Errors;
using StreamBert.Cli.Settings;
using StreamBert.Contracts;

namespace StreamBert.Cli.CommandLine;

/// <summary>
/// Reads the API key from the environment or a file. It is never an argument, because every user of the machine can read the arguments of a
/// process.
/// </summary>
internal static class ApiKeyOption
{
    public const string Variable = "STREAMBERT_API_KEY";
    private const int MaxFileBytes = 64 * 1024;

    public static Option<string?> File { get; } = new("--api-key-file")
    {
        Description = $"File that contains the API key for --url. Default: the environment variable {Variable}, or else the "
            + "file that the setting Client:ApiKeyFile names.",
        Recursive = true,
    };

    /// <param name="configured">The file that the settings name, or null.</param>
    /// <returns>The key, or null if none is given.</returns>
    /// <exception cref="CliException">The file contains no key.</exception>
    public static string? Read(ParseResult parsed, string? configured)
    {
        if (parsed.GetValue(File) is { } path)
            return ReadFile(File.Name, path);
        if (Environment.GetEnvironmentVariable(Variable)?.Trim() is { Length: > 0 } key)
            return key;
        return configured is null ? null : ReadFile($"{ClientOptions.Section}:{nameof(ClientOptions.ApiKeyFile)}", configured);
    }

    private static string ReadFile(string name, string path)
    {
        if (!System.IO.File.Exists(path))
            throw new CliException($"{name} '{path}': the file does not exist.");
        return RegularFile.Text(path, MaxFileBytes).Trim() is { Length: > 0 } content && !content.Any(char.IsControl)
            ? content
            : throw new CliException($"{name} '{path}' must contain one line: the key.");
    }
}

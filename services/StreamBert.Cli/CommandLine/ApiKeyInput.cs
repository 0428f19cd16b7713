using System.CommandLine;
using StreamBert.Contracts;

namespace StreamBert.Cli.CommandLine;

/// <summary>
/// The key with which a command asks the API: from the environment or a file, never an argument, which every user of the machine can read.
/// </summary>
internal static class ApiKeyInput
{
    private const int MaxBytes = 64 * 1024;
    public const string Variable = "STREAMBERT_API_KEY";

    public static Option<string?> File { get; } = new("--api-key-file")
    {
        Description = $"A file that holds the API key for --url; default: the environment variable {Variable}.",
        Recursive = true,
    };

    /// <returns>Null where none is given.</returns>
    /// <exception cref="CliException">The file holds no key.</exception>
    public static string? Read(ParseResult parsed)
    {
        if (parsed.GetValue(File) is not { } path)
            return Environment.GetEnvironmentVariable(Variable) is { } set && set.Trim() is { Length: > 0 } key ? key : null;
        if (!System.IO.File.Exists(path))
            throw new CliException($"{File.Name} '{path}': there is no such file.");
        return RegularFile.Text(path, MaxBytes).Trim() is { Length: > 0 } read && !read.Any(char.IsControl)
            ? read
            : throw new CliException($"{File.Name} '{path}' must hold one line, the key.");
    }
}

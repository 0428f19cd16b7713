using System.CommandLine;
using StreamBert.Cli.Errors;

namespace StreamBert.Cli.CommandLine;

/// <summary>Provides the option that names the directory of a model package.</summary>
internal static class ModelOption
{
    public static Option<string> Create() => new("--model", "-m")
    {
        Description = "Directory of the model package. Default: the shipped model.",
        DefaultValueFactory = static _ => DefaultModel.Directory,
    };

    /// <inheritdoc cref="FindDirectory(string, Option)"/>
    public static string ReadDirectory(ParseResult parsed, Option<string> option) => FindDirectory(parsed.GetValue(option)!, option);

    /// <summary>Returns the directory, or that of the shipped model with the name.</summary>
    /// <exception cref="CliException">The directory does not exist.</exception>
    public static string FindDirectory(string value, Option option) => FindDirectory(value, option.Name);

    /// <inheritdoc cref="FindDirectory(string, Option)"/>
    public static string FindDirectory(string value, string option)
    {
        string[] places = Path.GetFileName(value) == value ? [value, DefaultModel.DirectoryOf(value)] : [value];
        return Array.Find(places, Directory.Exists) ?? throw new CliException(
            $"The model directory '{value}' ({option}) does not exist; give one that contains config.json and model.safetensors, "
                + "or the name of a shipped model.");
    }
}

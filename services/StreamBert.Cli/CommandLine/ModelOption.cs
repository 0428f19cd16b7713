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

    /// <exception cref="CliException">The directory does not exist.</exception>
    public static string ReadDirectory(ParseResult parsed, Option<string> option) => Directory.Exists(parsed.GetValue(option))
        ? parsed.GetValue(option)!
        : throw new CliException(
            $"The model directory '{parsed.GetValue(option)}' ({option.Name}) does not exist; give one that contains config.json and "
                + "model.safetensors.");
}

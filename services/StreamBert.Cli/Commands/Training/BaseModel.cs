using System.CommandLine;
using StreamBert.Cli.CommandLine;
using StreamBert.Cli.Errors;
using StreamBert.Cli.Output;
using StreamBert.Model.Packages;

namespace StreamBert.Cli.Commands.Training;

/// <summary>Provides the option that names the model package to train on.</summary>
internal static class BaseModel
{
    public static readonly Option<string> Option = new("--base")
    {
        Description = "Model package with the encoder: a directory, or the name of a shipped model such as arctic-embed-xs.",
        DefaultValueFactory = static _ => "default",
    };

    /// <inheritdoc cref="Find(string)"/>
    public static string Find(ParseResult parsed) => Find(parsed.GetValue(Option)!);

    /// <returns>The directory of the package.</returns>
    /// <param name="value">A directory, or the name of a shipped model.</param>
    /// <exception cref="CliException">There is neither a directory nor a shipped model of this name.</exception>
    public static string Find(string value) => DefaultModel.Find(value, Option.Name);

    /// <summary>Reports on stderr which heads of the base model the new package does not contain.</summary>
    public static void ReportRemovedHeads(string directory, IReadOnlyList<string> trained)
    {
        var removed = ModelPackage.ReadManifest(directory).Heads.Select(static head => head.Name).Except(trained).ToList();
        if (removed.Count == 0)
            return;
        Terminal.Error.WriteLine(
            $"streambert: the encoder is trained too, so the new package does not contain the base model's {string.Join(", ", removed)}; "
            + "--freeze-encoder keeps them.");
    }
}

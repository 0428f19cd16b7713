using System.CommandLine;
using StreamBert.Cli.CommandLine;
using StreamBert.Cli.Errors;
using StreamBert.Model.Packages;

namespace StreamBert.Cli.Commands.Models;

/// <summary>Groups the options of <c>models import</c> that describe an adapter in PEFT's layout.</summary>
internal static class AdapterOptionGroup
{
    private static readonly Option<string?> Adapter = new("--adapter")
    {
        Description = "Import an adapter of PEFT instead: its directory, with adapter_config.json and adapter_model.safetensors.",
    };

    private static readonly Option<string?> Base = new("--base")
    {
        Description = "adapter: the model that it was trained on: a directory, or the name of a shipped model.",
    };

    private static readonly Option<string?> Labels = new("--labels")
    {
        Description = "adapter: names of the labels of its classifier in order, separated by commas. Default: the heads of the base model.",
    };

    public static void AddTo(Command command)
    {
        foreach (var option in new Option[] { Adapter, Base, Labels })
            command.Add(option);
    }

    public static bool IsGiven(ParseResult parsed) => parsed.GetValue(Adapter) is not null;

    /// <summary>Returns the default of the model's name: that of the adapter's directory.</summary>
    public static string GetName(ParseResult parsed) =>
        Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(parsed.GetValue(Adapter)!)));

    /// <exception cref="CliException">An option has no effect, or the base model is missing.</exception>
    public static void Validate(ParseResult parsed, string? head)
    {
        if (!IsGiven(parsed) && Array.Find([Base, Labels], option => parsed.GetValue(option) is not null) is { } option)
            throw new CliException($"{option.Name} needs --adapter DIR.");
        if (IsGiven(parsed) && parsed.GetValue(Base) is null)
            throw new CliException("--adapter needs --base: the model that the adapter was trained on.");
        if (IsGiven(parsed) && head is not null && parsed.GetValue(Labels) is null)
            throw new CliException("With --adapter, --head names the head of the labels; give --labels too.");
    }

    /// <summary>Writes a package of the adapter and its base model.</summary>
    /// <param name="head">The name of the head of the labels; null for the default.</param>
    public static void WritePackage(ParseResult parsed, string directory, string? head)
    {
        var labels = parsed.GetValue(Labels)?.Split(',', StringSplitOptions.TrimEntries);
        var baseDirectory = DefaultModel.Find(parsed.GetValue(Base)!, Base.Name);
        AdapterPackage.Create(baseDirectory, parsed.GetValue(Adapter)!, directory, GetName(parsed), labels, head);
    }
}

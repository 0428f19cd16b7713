using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using StreamBert.Cli.CommandLine;
using StreamBert.Cli.Hosting;
using StreamBert.Cli.Models;
using StreamBert.Model;
using StreamBert.Model.Packages;
using StreamBert.Training.Registry;

namespace StreamBert.Cli.Commands;

/// <summary><c>models list</c>, <c>models check</c> and <c>models import</c>: the registry of model versions.</summary>
internal static class ModelsCommand
{
    private const double Mega = 1e6;

    /// <summary>The registry; the option goes over the settings.</summary>
    public static readonly Option<string?> Models = new("--models")
    {
        Description = "The registry: the setting Models:Directory of the services; default: 'models' in --data, which is where 'streambert up' keeps it.",
        Recursive = true,
    };

    public static Command Create()
    {
        var access = new LogAccess();
        var command = new Command("models", "Check models, take them into the registry, and list what it holds.")
        {
            List(access), Check(), ModelsImport.Create(access), Models, access.Data, access.Kafka, LogAccess.Config,
        };
        return command;
    }

    /// <summary>The registry that the options name.</summary>
    public static ModelDirectory Registry(ParseResult parsed, LogAccess access) =>
        new(Path.GetFullPath(Root(parsed, access)), Path.Combine(AppContext.BaseDirectory, "models"));

    public static string Root(ParseResult parsed, LogAccess access) =>
        parsed.GetValue(Models) ?? CommandSettings.Read(
            parsed.GetValue(access.Data) ?? UpOptions.DefaultData,
            parsed.GetValue(LogAccess.Config))["Models:Directory"]!;

    /// <summary>What a package is, in a line.</summary>
    public static string Describe(PackageInfo info) => string.Create(
        CultureInfo.InvariantCulture,
        $"{info.Architecture}, {info.Parameters / Mega:N1} M parameters, {info.Bytes / Mega:N1} MB; heads: {string.Join("; ", info.Heads.Select(Describe))}");

    private static string Describe(HeadManifest head) =>
        $"{head.Name} ({head.Task}: {string.Join(", ", head.Labels.Take(8))}{(head.Labels.Count > 8 ? $" and {head.Labels.Count - 8} more" : "")})";

    private static Command Check()
    {
        var directory = new Argument<string>("directory") { Description = "A model package, or a checkpoint in the Hugging Face layout." };
        var command = new Command("check", "Load a package and let it classify: says what it is, or what is wrong with it.") { directory };
        command.SetAction(parsed =>
        {
            var info = PackageCheck.Run(parsed.GetValue(directory)!);
            Terminal.Out.WriteLine($"{info.Version} is valid: {Describe(info)}; SHA-256 {info.Sha256}");
        });
        return command;
    }

    private static Command List(LogAccess access)
    {
        var json = new Option<bool>("--json") { Description = "Print JSON." };
        var command = new Command("list", "List the versions in the registry.") { json };
        command.SetAction(parsed =>
        {
            var registry = Registry(parsed, access);
            Print(
                [.. registry.ListVersions().Select(one => Listed(registry, one.Model, one.Version))],
                Root(parsed, access),
                parsed.GetValue(json));
        });
        return command;
    }

    private static ListedModel Listed(ModelDirectory registry, string model, string version)
    {
        try
        {
            var package = registry.Resolve(ModelDirectory.NameOf(model, version));
            var info = PackageInfo.Read(package);
            ModelPackage.Verify(package);
            return new(
                model,
                version,
                info.Architecture,
                [.. info.Heads.Select(static head => head.Name)],
                info.Parameters,
                info.Bytes,
                info.Sha256,
                null);
        }
        catch (ModelPackageException e)
        {
            return new(model, version, null, [], null, null, null, e.Message);
        }
    }

    private static void Print(IReadOnlyList<ListedModel> models, string root, bool json)
    {
        if (json)
        {
            Terminal.Out.WriteLine(JsonSerializer.Serialize(models, JsonSerializerOptions.Web));
            return;
        }
        if (models.Count == 0)
        {
            Terminal.Out.WriteLine($"The registry {root} is empty. Take a model in with: streambert models import DIR");
            return;
        }
        var table = Terminal.Table(null, "model", "version", "architecture", "heads", "#parameters", "#MB", "SHA-256");
        foreach (var one in models)
        {
            table.AddCells(
                one.Model, one.Version, one.Fault ?? one.Architecture!, string.Join(", ", one.Heads),
                one.Parameters?.ToString("N0", CultureInfo.InvariantCulture) ?? "", (one.Bytes / Mega)?.ToString(
                    "N1",
                    CultureInfo.InvariantCulture) ?? "", one.Sha256?[..12] ?? "");
        }

        Terminal.Write(table);
    }

    private sealed record ListedModel(
        string Model, string Version, string? Architecture, IReadOnlyList<string> Heads, long? Parameters, long? Bytes, string? Sha256, string? Fault);
}

using System.CommandLine;
using StreamBert.Cli.CommandLine;
using StreamBert.Cli.Models;
using StreamBert.Cli.Output;

namespace StreamBert.Cli.Commands.Models;

/// <summary>
/// Defines <c>models list</c>, <c>models check</c>, <c>models import</c>, <c>models export</c>, <c>models gc</c>, <c>models profile</c>,
/// <c>models card</c>, <c>models ood</c> and <c>models anchor</c>, which manage and measure model versions, and the commands of
/// <see cref="ModelsShowCommand"/> and <see cref="ModelsRequestCommands"/>.
/// </summary>
internal static class ModelsCommand
{
    private const int ShownHashDigits = 12;

    public static Command Create()
    {
        var registry = new RegistryOptionGroup();
        var command = new Command(
            "models", "Check models, import them into the registry, list its versions, and choose which of them serves.")
        {
            CreateList(registry), CreateCheck(), ModelsImportCommand.Create(registry), ModelsProfileCommand.Create(),
            ModelsCardCommand.Create(), ModelsOodCommand.Create(), ModelsAnchorCommand.Create(),
            ModelsExportCommand.Create(registry), ModelsGcCommand.Create(registry),
        };
        foreach (var added in ModelsShowCommand.Create(registry).Concat(ModelsRequestCommands.Create(registry)))
            command.Add(added);
        registry.AddTo(command);
        return command;
    }

    private static Command CreateCheck()
    {
        var directory = new Argument<string>("directory") { Description = "A model package, or a checkpoint in the Hugging Face layout." };
        var json = JsonOption.Create();
        var command = new Command("check", "Load a package and classify probe texts: print its description, or what is wrong with "
            + "it.") { directory, json };
        command.SetAction(parsed =>
        {
            var info = PackageCheck.Run(parsed.GetValue(directory)!);
            parsed.Write(json, PackageSummary.Of(info), _ => Terminal.Out.WriteLine(
                $"{info.Version} is valid: {PackageDescription.Format(info)}; SHA-256 {info.Sha256}"));
        });
        return command;
    }

    private static Command CreateList(RegistryOptionGroup options)
    {
        var json = JsonOption.Create();
        var command = new Command("list", "List the versions in the registry.") { json };
        command.SetAction(async (parsed, cancellation) =>
        {
            var registry = options.OpenRegistry(parsed);
            var models = (await registry.ListAsync(null, cancellation)).Select(version => ListedModel.Read(registry, version)).ToList();
            if (parsed.GetValue(json))
                Terminal.WriteJson(models);
            else
                Print(models, options.GetDirectory(parsed), registry.HasStore);
        });
        return command;
    }

    private static void Print(List<ListedModel> models, string directory, bool hasStore)
    {
        if (models.Count == 0)
        {
            Terminal.Out.WriteLine($"The registry {directory} is empty. Import a model with: streambert models import DIR");
            return;
        }
        string[] columns = ["model", "version", "architecture", "heads", "#parameters", "#MB", "SHA-256"];
        var table = Terminal.CreateTable(null, hasStore ? [.. columns, "in"] : columns);
        foreach (var model in models)
        {
            string[] cells =
            [
                model.Model,
                model.Version,
                model.Fault ?? model.Architecture ?? "",
                string.Join(", ", model.Heads),
                model.Parameters is { } parameters ? Format.Count(parameters) : "",
                model.Bytes is { } bytes ? Format.Number(bytes / PackageDescription.BytesPerMegabyte, "N1") : "",
                model.Sha256?[..ShownHashDigits] ?? "",
            ];
            table.AddCells(hasStore ? [.. cells, model.Location] : cells);
        }
        Terminal.Write(table);
    }
}

using System.CommandLine;
using Microsoft.Extensions.Options;
using StreamBert.Cli.Commands.Models;
using StreamBert.Cli.Errors;
using StreamBert.Cli.Output;
using StreamBert.Cli.Settings;
using StreamBert.Privacy.Keys;
using StreamBert.Training.Datasets.Stored;

namespace StreamBert.Cli.Commands.Datasets;

/// <summary>Defines <c>datasets list|show|export|diff</c>: the data sets that runs trained on feedback.</summary>
internal static class StoredDatasetCommands
{
    public static IEnumerable<Command> Create(RegistryOptionGroup registry) =>
        [CreateList(registry), CreateShow(registry), CreateExport(registry), CreateDiff(registry)];

    private static Command CreateList(RegistryOptionGroup registry)
    {
        var json = new Option<bool>("--json") { Description = "Print JSON." };
        var command = new Command("list", "List the stored data sets of training runs, oldest first.") { json };
        command.SetAction(parsed =>
        {
            using var keys = OpenKeys(registry, parsed);
            var manifests = OpenStore(registry, parsed, keys).List();
            if (parsed.GetValue(json))
                Terminal.WriteJson(manifests);
            else
                StoredDatasetTables.Write(manifests);
        });
        return command;
    }

    private static Command CreateShow(RegistryOptionGroup registry)
    {
        var hash = CreateHash("hash");
        var json = new Option<bool>("--json") { Description = "Print JSON." };
        var command = new Command("show", "Show a stored data set: parts, labels, annotators, agreement, exclusions, versions.")
        {
            hash, json,
        };
        command.SetAction(parsed =>
        {
            using var keys = OpenKeys(registry, parsed);
            var store = OpenStore(registry, parsed, keys);
            var manifest = Find(store, parsed.GetValue(hash)!);
            if (parsed.GetValue(json))
                Terminal.WriteJson(manifest);
            else
                StoredDatasetTables.Write(manifest, store.ReadRows(manifest.Hash));
        });
        return command;
    }

    private static Command CreateExport(RegistryOptionGroup registry)
    {
        var hash = CreateHash("hash");
        var command = new Command("export", "Print the rows of a stored data set as JSON Lines; rows without readable text are left out "
            + "and counted on stderr.") { hash };
        command.SetAction(parsed =>
        {
            using var keys = OpenKeys(registry, parsed);
            var store = OpenStore(registry, parsed, keys);
            var rows = store.ReadRows(Find(store, parsed.GetValue(hash)!).Hash);
            foreach (var row in rows.Where(static row => row.Text is not null))
                Terminal.WriteJson(row);
            if (rows.Count(static row => row.Text is null) is > 0 and var unreadable)
                Terminal.Error.WriteLine($"{unreadable} rows are left out: their subjects were erased, or their keys are not here.");
        });
        return command;
    }

    private static Command CreateDiff(RegistryOptionGroup registry)
    {
        var (first, second) = (CreateHash("first"), CreateHash("second"));
        var command = new Command("diff", "Compare two stored data sets: rows added, removed, relabelled, moved to the other part.")
        {
            first, second,
        };
        command.SetAction(parsed =>
        {
            using var keys = OpenKeys(registry, parsed);
            var store = OpenStore(registry, parsed, keys);
            var (before, after) = (Find(store, parsed.GetValue(first)!), Find(store, parsed.GetValue(second)!));
            StoredDatasetTables.Write(DatasetDifference.Between(store.ReadRows(before.Hash), store.ReadRows(after.Hash)));
        });
        return command;
    }

    private static Argument<string> CreateHash(string name) => new(name) { Description = "Hash of a data set, or its beginning." };

    private static DatasetManifest Find(DatasetStore store, string hash) => store.Find(hash) ?? throw new CliException(
        $"There is not exactly one data set whose hash begins with '{hash}'; 'streambert datasets list' lists them.");

    private static DatasetStore OpenStore(RegistryOptionGroup registry, ParseResult parsed, SubjectKeys keys) =>
        new(registry.OpenRegistry(parsed).Datasets, keys);

    private static SubjectKeys OpenKeys(RegistryOptionGroup registry, ParseResult parsed)
    {
        var options = new SubjectKeyOptions();
        registry.ReadSettings(parsed).GetSection(SubjectKeyOptions.Section).Bind(options);
        return new(Options.Create(options));
    }
}

using System.CommandLine;
using System.Text.Json;
using Microsoft.Extensions.Options;
using StreamBert.Cli.CommandLine;
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
    private const string JsonLinesFormat = "jsonl", ParquetFormat = "parquet";

    public static IEnumerable<Command> Create(RegistryOptionGroup registry) =>
        [CreateList(registry), CreateShow(registry), CreateExport(registry), CreateDiff(registry)];

    private static Command CreateList(RegistryOptionGroup registry)
    {
        var json = JsonOption.Create();
        var command = new Command("list", "List the stored data sets of training runs, oldest first.") { json };
        command.SetAction(parsed =>
        {
            using var keys = OpenKeys(registry, parsed);
            var manifests = OpenStore(registry, parsed, keys).List();
            parsed.Write(json, manifests.Select(StoredDatasetJson.Of), _ => StoredDatasetTables.Write(manifests));
        });
        return command;
    }

    private static Command CreateShow(RegistryOptionGroup registry)
    {
        var hash = CreateHash("hash");
        var json = JsonOption.Create();
        var command = new Command("show", "Show a stored data set: parts, labels, annotators, agreement, exclusions, versions.")
        {
            hash, json,
        };
        command.SetAction(parsed =>
        {
            using var keys = OpenKeys(registry, parsed);
            var store = OpenStore(registry, parsed, keys);
            var manifest = Find(store, parsed.GetValue(hash)!);
            var rows = store.ReadRows(manifest.Hash);
            parsed.Write(json, StoredDatasetJson.Of(manifest, rows), _ => StoredDatasetTables.Write(manifest, rows));
        });
        return command;
    }

    private static Command CreateExport(RegistryOptionGroup registry)
    {
        var hash = CreateHash("hash");
        var format = new Option<string>("--format")
        {
            Description = "jsonl or parquet.",
            DefaultValueFactory = static _ => JsonLinesFormat,
        };
        format.AcceptOnlyFromAmong(JsonLinesFormat, ParquetFormat);
        var output = new Option<string?>("--out", "-o") { Description = "File to write; required for parquet. Default: print." };
        var json = JsonOption.Create("Print one JSON document: the rows, or with --out what was written.");
        var command = new Command("export", "Write the rows of a stored data set; rows without readable text are left out and counted on "
            + "stderr.") { hash, format, output, json };
        command.SetAction(async (parsed, cancellation) =>
        {
            using var keys = OpenKeys(registry, parsed);
            var store = OpenStore(registry, parsed, keys);
            var manifest = Find(store, parsed.GetValue(hash)!);
            var rows = store.ReadRows(manifest.Hash);
            List<StoredLabel> readable = [.. rows.Where(static row => row.Text is not null)];
            var (isJson, file) = (parsed.GetValue(json), parsed.GetValue(output));
            if (parsed.GetValue(format) == ParquetFormat)
            {
                await ParquetRow.WriteAsync(
                    readable, file ?? throw new CliException("--format parquet requires --out FILE."), cancellation);
            }
            else if (file is not null || !isJson)
            {
                WriteJsonLines(readable, file);
            }
            if (isJson)
                Terminal.WriteJson(StoredDatasetJson.OfExport(manifest, readable, rows.Count, file));
            if (rows.Count(static row => row.Text is null) is > 0 and var unreadable)
                Terminal.Error.WriteLine($"{unreadable} rows are left out: their subjects were erased, or their keys are not here.");
        });
        return command;
    }

    private static void WriteJsonLines(IReadOnlyList<StoredLabel> rows, string? file)
    {
        if (file is null)
        {
            foreach (var row in rows)
                Terminal.WriteJson(row);
        }
        else
        {
            File.WriteAllLines(file, rows.Select(static row => JsonSerializer.Serialize(row, JsonSerializerOptions.Web)));
        }
    }

    private static Command CreateDiff(RegistryOptionGroup registry)
    {
        var (first, second) = (CreateHash("first"), CreateHash("second"));
        var json = JsonOption.Create();
        var command = new Command("diff", "Compare two stored data sets: rows added, removed, relabelled, moved to the other part.")
        {
            first, second, json,
        };
        command.SetAction(parsed =>
        {
            using var keys = OpenKeys(registry, parsed);
            var store = OpenStore(registry, parsed, keys);
            var (before, after) = (Find(store, parsed.GetValue(first)!), Find(store, parsed.GetValue(second)!));
            var difference = DatasetDifference.Between(store.ReadRows(before.Hash), store.ReadRows(after.Hash));
            parsed.Write(json, StoredDatasetJson.Of(before, after, difference), _ => StoredDatasetTables.Write(difference));
        });
        return command;
    }

    private static Argument<string> CreateHash(string name) => new(name) { Description = "Hash of a data set, or its beginning." };

    private static DatasetManifest Find(DatasetStore store, string hash) => store.Find(hash) ?? throw new CliException(
        $"There is not exactly one data set whose hash begins with '{hash}'; 'streambert datasets list' lists them.");

    private static DatasetStore OpenStore(RegistryOptionGroup registry, ParseResult parsed, SubjectKeys keys) =>
        new(registry.OpenDirectory(parsed).Datasets, keys);

    private static SubjectKeys OpenKeys(RegistryOptionGroup registry, ParseResult parsed)
    {
        var options = new SubjectKeyOptions();
        registry.ReadSettings(parsed).GetSection(SubjectKeyOptions.Section).Bind(options);
        return new(Options.Create(options));
    }
}

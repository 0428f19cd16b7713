using System.CommandLine;
using System.Text.Json;
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
    private const string JsonLinesFormat = "jsonl", ParquetFormat = "parquet";

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
                Terminal.WriteJson(manifests.Select(StoredDatasetJson.Of));
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
            var rows = store.ReadRows(manifest.Hash);
            if (parsed.GetValue(json))
                Terminal.WriteJson(StoredDatasetJson.Of(manifest, rows));
            else
                StoredDatasetTables.Write(manifest, rows);
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
        var command = new Command("export", "Write the rows of a stored data set; rows without readable text are left out and counted on "
            + "stderr.") { hash, format, output };
        command.SetAction(async (parsed, cancellation) =>
        {
            using var keys = OpenKeys(registry, parsed);
            var store = OpenStore(registry, parsed, keys);
            var rows = store.ReadRows(Find(store, parsed.GetValue(hash)!).Hash);
            List<StoredLabel> readable = [.. rows.Where(static row => row.Text is not null)];
            if (parsed.GetValue(format) == ParquetFormat)
            {
                await ParquetRow.WriteAsync(
                    readable, parsed.GetValue(output) ?? throw new CliException("--format parquet requires --out FILE."), cancellation);
            }
            else
            {
                WriteJsonLines(readable, parsed.GetValue(output));
            }
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
        new(registry.OpenDirectory(parsed).Datasets, keys);

    private static SubjectKeys OpenKeys(RegistryOptionGroup registry, ParseResult parsed)
    {
        var options = new SubjectKeyOptions();
        registry.ReadSettings(parsed).GetSection(SubjectKeyOptions.Section).Bind(options);
        return new(Options.Create(options));
    }
}

using System.Globalization;
using StreamBert.Cli.Output;
using StreamBert.Training.Datasets.Stored;

namespace StreamBert.Cli.Commands.Datasets;

/// <summary>Prints stored data sets as tables.</summary>
internal static class StoredDatasetTables
{
    private const int ShownHashDigits = 12, ShownRows = 20;

    public static void Write(IReadOnlyList<DatasetManifest> manifests)
    {
        if (manifests.Count == 0)
        {
            Terminal.Out.WriteLine("No run has stored a data set yet; each training run on feedback stores one.");
            return;
        }
        var table = Terminal.CreateTable(
            "Data sets", "hash", "model", "parent", "versions", "created", "#training", "#evaluation", "#annotators", "#left out");
        foreach (var manifest in manifests)
        {
            table.AddCells(
                manifest.Hash[..ShownHashDigits], manifest.Model, manifest.Parent, string.Join(", ", manifest.Versions),
                Time(manifest.CreatedAt), Format.Count(manifest.Training), Format.Count(manifest.Evaluation),
                Format.Count(manifest.Annotators.Count), Format.Count(manifest.Excluded.Values.Sum()));
        }
        Terminal.Write(table);
    }

    public static void Write(DatasetManifest manifest, IReadOnlyList<StoredLabel> rows)
    {
        Write([manifest]);
        Terminal.Out.WriteLine($"SHA-256 {manifest.Hash}; labels from {Time(manifest.From)} to {Time(manifest.To)}");
        WriteCounts("Labels", "label", manifest.Labels.SelectMany(static head =>
            head.Value.Select(label => KeyValuePair.Create($"{head.Key}: {label.Key}", label.Value))));
        WriteCounts("Annotators", "annotator", manifest.Annotators);
        WriteCounts("Left out", "reason", manifest.Excluded);
        WriteUnreadable(rows.Count(static row => row.IsErased), "because their subjects were erased", manifest.Versions);
        WriteUnreadable(rows.Count(static row => row.Sealed is not null), "because the keys are not here", manifest.Versions);
    }

    public static void Write(DatasetDifference difference)
    {
        var table = Terminal.CreateTable(null, "change", "#rows");
        table.AddCells("added", Format.Count(difference.Added.Count));
        table.AddCells("removed", Format.Count(difference.Removed.Count));
        table.AddCells("relabelled", Format.Count(difference.Relabelled.Count));
        table.AddCells("moved to the other part", Format.Count(difference.Moved.Count));
        table.AddCells("not compared (unreadable)", Format.Count(difference.Unreadable));
        Terminal.Write(table);
        foreach (var (first, second) in difference.Relabelled.Take(ShownRows))
            Terminal.Out.WriteLine($"{first.Head}: {first.Label} → {second.Label}: {first.Text}");
    }

    private static void WriteUnreadable(int rows, string reason, IReadOnlyList<string> versions)
    {
        if (rows > 0)
        {
            Terminal.Out.WriteLine(
                $"{rows} of the rows cannot be read, {reason}. Versions that were trained on them: {string.Join(", ", versions)}.");
        }
    }

    private static void WriteCounts(string title, string column, IEnumerable<KeyValuePair<string, int>> counts)
    {
        var table = Terminal.CreateTable(title, column, "#rows");
        foreach (var (name, count) in counts.OrderByDescending(static count => count.Value).ThenBy(static count => count.Key))
            table.AddCells(name, Format.Count(count));
        if (table.Rows.Count > 0)
            Terminal.Write(table);
    }

    private static string Time(DateTimeOffset? time) => time?.ToString("u", CultureInfo.InvariantCulture) ?? "";
}

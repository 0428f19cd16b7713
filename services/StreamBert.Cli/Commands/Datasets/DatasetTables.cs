using System.Globalization;
using StreamBert.Cli.Datasets;
using StreamBert.Cli.Output;

namespace StreamBert.Cli.Commands.Datasets;

/// <summary>Prints the report of a data set as tables.</summary>
internal static class DatasetTables
{
    public static void Write(DatasetReport report)
    {
        WriteFiles(report);
        if (report.Overlaps.Count > 0)
            WriteOverlaps(report);
        if (report.Files.Any(static file => file.Labels.Count > 0))
            WriteLabels(report.Files);
    }

    /// <summary>Formats a share of rows as per cent.</summary>
    public static string Share(long part, long total) =>
        string.Create(CultureInfo.InvariantCulture, $"{(total > 0 ? 100.0 * part / total : 0):0.0} %");

    private static void WriteFiles(DatasetReport report)
    {
        var table = Terminal.CreateTable(
            $"Files, as {report.Model} reads them (at most {report.MaxTokens} tokens)", "file", "part", "#rows", "#unreadable", "#empty",
            "#cut", "#unlabelled", "#repeated", "#near-duplicates");
        foreach (var file in report.Files)
        {
            table.AddCells([
                file.File, file.Part,
                .. new[] { file.Rows, file.Unreadable, file.EmptyRows.Count, file.Cut, file.Unlabelled, file.Repeated, file.NearDuplicates }
                    .Select(Format.Count),
            ]);
        }
        table.AddCaption(string.Create(
            CultureInfo.InvariantCulture,
            $"repeated: the model reads an earlier row of the file identically; near-duplicates: similarity ≥ {report.Similarity:0.##}"));
        Terminal.Write(table);
    }

    private static void WriteOverlaps(DatasetReport report)
    {
        var table = Terminal.CreateTable(
            "Rows that are also in an earlier file", "file", "earlier file", "#rows", "#twins", "#share", "#with another label",
            "#near-duplicates", "#share");
        foreach (var overlap in report.Overlaps)
        {
            table.AddCells(
                overlap.File, overlap.Of, Format.Count(overlap.Rows), Format.Count(overlap.Twins), Share(overlap.Twins, overlap.Rows),
                Format.Count(overlap.OtherLabel), Format.Count(overlap.NearDuplicates), Share(overlap.NearDuplicates, overlap.Rows));
        }
        table.AddCaption("twins: the model reads both identically");
        Terminal.Write(table);
    }

    private static void WriteLabels(IReadOnlyList<FileSummary> files)
    {
        var labels = files.SelectMany(static file => file.Labels.Keys).Distinct().Order(StringComparer.Ordinal);
        var table = Terminal.CreateTable("Labels", ["label", .. files.Select(static file => $"#{file.File}")]);
        foreach (var label in labels)
            table.AddCells([label, .. files.Select(file => Cell(file, file.Labels.GetValueOrDefault(label)))]);
        Terminal.Write(table);
    }

    private static string Cell(FileSummary file, long count) => $"{Format.Count(count)} ({Share(count, file.Labels.Values.Sum())})";
}

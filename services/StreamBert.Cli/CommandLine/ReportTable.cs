using System.Globalization;
using Spectre.Console;
using StreamBert.Contracts;

namespace StreamBert.Cli.CommandLine;

/// <summary>A classification report as people know it: a line per class, the averages below.</summary>
internal static class ReportTable
{
    /// <summary>On stdout; of a head that names entities, the table of entities and that of tags.</summary>
    public static void Write(ClassificationReport report, string version)
    {
        Terminal.Write(Of(report, version, report.Words is null ? "class" : "entity"));
        if (report.Words is { } words)
            Terminal.Write(Of(words, $"{version}, word by word", "tag", "words"));
    }

    private static Table Of(ClassificationReport report, string version, string kind, string counted = "texts")
    {
        var support = report.Classes.Sum(static c => c.Support);
        var table = Terminal.Table($"{report.Head} on {report.Data}, model {version}", kind, "#precision", "#recall", "#F1", "#support");
        foreach (var c in report.Classes)
            table.AddCells(c.Label, Share(c.Precision), Share(c.Recall), Share(c.F1), Count(c.Support));
        table.AddEmptyRow();
        Average(table, "micro average", report.Micro, support);
        Average(table, "macro average", report.Macro, support);
        Average(table, "weighted average", report.Weighted, support);
        table.AddCaption($"{(kind == "entity" ? "by words: " : "")}accuracy {Share(report.Accuracy)}, expected calibration error {Share(report.CalibrationError)} (15 bins), {Count(report.Count)} {counted}");
        return table;
    }

    private static void Average(Table table, string name, AverageMetrics average, long count) =>
        table.AddCells(name, Share(average.Precision), Share(average.Recall), Share(average.F1), Count(count));

    private static string Share(double value) => value.ToString("F3", CultureInfo.InvariantCulture);

    private static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}

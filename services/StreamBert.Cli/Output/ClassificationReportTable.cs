using Spectre.Console;
using StreamBert.Contracts;

namespace StreamBert.Cli.Output;

/// <summary>Prints a classification report: one row per class, then the averages.</summary>
internal static class ClassificationReportTable
{
    private const int CalibrationBins = 15;

    /// <summary>Writes the report to stdout; for a token-classification head, the table of entities and the table of tags.</summary>
    public static void Write(ClassificationReport report, string version)
    {
        Terminal.Write(Create(report, version, report.Words is null ? "class" : "entity"));
        if (report.Words is { } words)
            Terminal.Write(Create(words, $"{version}, per word", "tag", "words"));
    }

    private static Table Create(ClassificationReport report, string version, string kind, string unit = "texts")
    {
        var support = report.Classes.Sum(static c => c.Support);
        var table = Terminal.CreateTable($"{report.Head} on {report.Data}, model "
            + $"{version}", kind, "#precision", "#recall", "#F1", "#support");
        foreach (var c in report.Classes)
            table.AddCells(c.Label, Metric(c.Precision), Metric(c.Recall), Metric(c.F1), Format.Count(c.Support));
        table.AddEmptyRow();
        AddAverage(table, "micro average", report.Micro, support);
        AddAverage(table, "macro average", report.Macro, support);
        AddAverage(table, "weighted average", report.Weighted, support);
        table.AddCaption($"{(kind == "entity" ? "per word: " : "")}accuracy {Metric(report.Accuracy)}, "
            + $"expected calibration error {Metric(report.CalibrationError)} ({CalibrationBins} bins), {Format.Count(report.Count)} "
            + $"{unit}");
        return table;
    }

    private static void AddAverage(Table table, string name, AverageMetrics average, long support) =>
        table.AddCells(name, Metric(average.Precision), Metric(average.Recall), Metric(average.F1), Format.Count(support));

    private static string Metric(double value) => Format.Number(value, "F3");
}

using System.Globalization;
using Spectre.Console;
using StreamBert.Contracts;

namespace StreamBert.Cli.CommandLine;

/// <summary>A classification report as people know it: a line per class, the averages below.</summary>
internal static class ReportTable
{
    public static Table Of(ClassificationReport report, string version)
    {
        var table = Terminal.Table($"{report.Head} on {report.Data}, model {version}", "class", "#precision", "#recall", "#F1", "#support");
        foreach (var c in report.Classes)
            table.AddCells(c.Label, Share(c.Precision), Share(c.Recall), Share(c.F1), Count(c.Support));
        table.AddEmptyRow();
        Average(table, "micro average", report.Micro, report.Count);
        Average(table, "macro average", report.Macro, report.Count);
        Average(table, "weighted average", report.Weighted, report.Count);
        table.Caption = new($"accuracy {Share(report.Accuracy)}, expected calibration error {Share(report.CalibrationError)} (15 bins), {Count(report.Count)} texts");
        return table;
    }

    private static void Average(Table table, string name, AverageMetrics average, long count) =>
        table.AddCells(name, Share(average.Precision), Share(average.Recall), Share(average.F1), Count(count));

    private static string Share(double value) => value.ToString("F3", CultureInfo.InvariantCulture);

    private static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}

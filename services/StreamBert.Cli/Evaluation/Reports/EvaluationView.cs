using StreamBert.Cli.Evaluation.Calibration;
using StreamBert.Cli.Evaluation.Layouts;
using StreamBert.Cli.Evaluation.Outcomes;
using StreamBert.Cli.Evaluation.Responsibility;
using StreamBert.Cli.Evaluation.Slices;
using StreamBert.Cli.Evaluation.Timing;
using StreamBert.Cli.Output;
using StreamBert.Contracts;

namespace StreamBert.Cli.Evaluation.Reports;

/// <summary>Prints an evaluation.</summary>
internal static class EvaluationView
{
    private const int MaxMatrixLabels = 12;
    private const int MaxShownConfusions = 15;

    /// <summary>Prints the report in the layout for the head, the scores with their intervals, and the confusion matrix.</summary>
    public static void Write(EvaluationResult result, int digits, bool showsCalibration)
    {
        var evaluation = result.Evaluation;
        Terminal.Out.WriteLine($"{evaluation.Head.Name} on {evaluation.Report.Data}, model {evaluation.Version}");
        Terminal.Out.WriteLine();
        WriteReport(result, evaluation.HasEntities ? ReportLayout.Seqeval : ReportLayout.Sklearn, digits);
        if (evaluation.HasEntities)
        {
            Terminal.Out.WriteLine();
            WriteReport(result, ReportLayout.Conll, digits);
        }
        Terminal.Out.WriteLine();
        WriteScores(result);
        if (result.Confusion is { } confusion)
            Write(confusion);
        if (showsCalibration)
            CalibrationView.Write(result.Calibration);
        foreach (var slices in result.Slices)
            SliceView.Write(slices, isGroup: false);
        foreach (var groups in result.Groups)
            SliceView.Write(groups, isGroup: true);
        if (result.Responsibility is { } responsibility)
            ResponsibilityView.Write(responsibility);
    }

    /// <summary>Prints the report only.</summary>
    public static void WriteReport(EvaluationResult result, string layout, int digits) => WriteLines(layout switch
    {
        ReportLayout.Seqeval => ReportLayout.FormatSeqeval(result.Evaluation.Report, digits),
        ReportLayout.Conll => ReportLayout.FormatConll(result.Evaluation.Outcomes, digits),
        _ when result.Samples is { } samples => ReportLayout.FormatMultiLabel(result.Evaluation.Report, samples, digits),
        _ => ReportLayout.FormatSklearn(result.Evaluation.Report.Words ?? result.Evaluation.Report, digits),
    });

    /// <summary>Prints the report of a newly trained head by class; of one that recognizes entities, by entity type and by tag.</summary>
    public static void WriteTrained(ClassificationReport report, string version)
    {
        Terminal.Out.WriteLine($"{report.Head} on {report.Data}, model {version}");
        Terminal.Out.WriteLine();
        if (report.Words is null)
        {
            WriteLines(ReportLayout.FormatSklearn(report));
            return;
        }
        WriteLines(ReportLayout.FormatSeqeval(report));
        Terminal.Out.WriteLine();
        WriteLines(ReportLayout.FormatSklearn(report.Words));
    }

    private static void WriteScores(EvaluationResult result)
    {
        var (report, intervals) = (result.Evaluation.Report, result.Intervals);
        WriteScore(result.Evaluation.HasEntities ? "accuracy of words" : "accuracy", report.Accuracy, intervals.Accuracy);
        if (result.Evaluation.HasEntities || result.Evaluation.IsMultiLabel)
            WriteScore("micro-F1", report.Micro.F1, intervals.MicroF1);
        WriteScore("macro-F1", report.Macro.F1, intervals.MacroF1);
        CalibrationView.WriteSummary(result.Calibration);
        if (result.Evaluation.Latency is { } latency)
            Terminal.Out.WriteLine($"{"latency",-17} {Describe(latency)}");
    }

    private static string Describe(LatencyReport latency) => $"median {Format.Number(latency.Median, "0.0")} ms, "
        + $"95 % within {Format.Number(latency.P95, "0.0")} ms, 99 % within {Format.Number(latency.P99, "0.0")} ms "
        + $"({Format.Count(latency.Texts)} texts one by one)";

    private static void WriteScore(string name, double value, Interval interval) =>
        Terminal.Out.WriteLine($"{name,-17} {Format.Score(value)} (95 %: {Format.Range(interval)})");

    private static void Write(ConfusionMatrix confusion)
    {
        if (confusion.Labels.Count > MaxMatrixLabels)
        {
            WriteConfusions(confusion);
            return;
        }
        var columns = confusion.Labels.Select(static label => "#" + label);
        var table = Terminal.CreateTable("confusion matrix", ["true \\ predicted", .. columns]);
        foreach (var (label, counts) in confusion.Labels.Zip(confusion.Counts))
            table.AddCells([label, .. counts.Select(Format.Count)]);
        Terminal.Write(table);
    }

    private static void WriteConfusions(ConfusionMatrix confusion)
    {
        var all = confusion.Confusions;
        var table = Terminal.CreateTable("most frequent confusions", "true", "predicted", "#texts");
        foreach (var (actual, predicted, count) in all.Take(MaxShownConfusions))
            table.AddCells(actual, predicted, Format.Count(count));
        table.AddCaption($"{Math.Min(all.Count, MaxShownConfusions)} of {all.Count} pairs; --json prints the whole matrix");
        Terminal.Write(table);
    }

    private static void WriteLines(string text)
    {
        foreach (var line in text.TrimEnd('\n').Split('\n'))
            Terminal.Out.WriteLine(line);
    }
}

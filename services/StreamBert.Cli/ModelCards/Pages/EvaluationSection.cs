using StreamBert.Cli.Evaluation.Calibration;
using StreamBert.Cli.Evaluation.Outcomes;
using StreamBert.Cli.Evaluation.Reports;
using StreamBert.Cli.ModelCards.Charts;
using StreamBert.Cli.Output;
using StreamBert.Cli.Output.Html;
using StreamBert.Contracts;

namespace StreamBert.Cli.ModelCards.Pages;

/// <summary>Writes one evaluation: scores with intervals, classes, confusion, calibration, and the values of columns.</summary>
internal sealed class EvaluationSection(ClassificationReport report, EvaluationDetails details, HtmlPage html)
{
    private const int MaxOpenClasses = 12, MaxConfusions = 20, MinListed = 8;

    public void Write()
    {
        html.Append($"<h2>{HtmlPage.Encode($"{report.Head} on {report.Data}")}</h2>");
        if (details.DataSha256 is { } hash)
            html.Append($"<p class=\"soft\">SHA-256 of the file: {HtmlPage.Encode(hash)}</p>");
        html.AppendTiles(ListScores());
        WriteClasses(report, report.Words is null ? "label" : "entity type");
        if (report.Words is { } words)
            WriteClasses(words, "tag");
        if (details.Confusion is { Labels.Count: > 1 } confusion)
            WriteConfusion(confusion);
        WriteCalibration(details.Calibration);
        foreach (var column in details.Groups)
            new ColumnSection(column, html).Write(isGroup: true);
        foreach (var column in details.Slices)
            new ColumnSection(column, html).Write(isGroup: false);
    }

    private IEnumerable<(string Value, string Name)> ListScores()
    {
        var isEntities = report.Words is not null;
        yield return (Format.Count(report.Count), isEntities ? "sentences" : "texts");
        yield return (Format.Score(report.Accuracy), Name(isEntities ? "accuracy of words" : "accuracy", details.Intervals.Accuracy));
        if (isEntities || details.Samples is not null)
            yield return (Format.Score(report.Micro.F1), Name("micro-F1", details.Intervals.MicroF1));
        yield return (Format.Score(report.Macro.F1), Name("macro-F1", details.Intervals.MacroF1));
        var before = Format.Score(details.Calibration.Uncalibrated.ExpectedError);
        yield return (Format.Score(report.CalibrationError), $"calibration error (at temperature 1: {before})");
        if (details.Latency is { } latency)
            yield return (Format.Number(latency.Median, "0.0") + " ms", $"per text (95 %: {Format.Number(latency.P95, "0.0")} ms)");
    }

    private static string Name(string name, Interval interval) => $"{name} ({Format.Range(interval)})";

    private void WriteClasses(ClassificationReport classes, string kind)
    {
        var isOpen = classes.Classes.Count > MaxOpenClasses ? "" : " open";
        html.Append($"<details{isOpen}><summary>{classes.Classes.Count} rows by {kind}, with averages</summary>");
        html.AppendTable([kind, "#precision", "#recall", "#F1", "#examples"],
        [
            .. classes.Classes.Select(static c => Row(c.Label, new(c.Precision, c.Recall, c.F1), Format.Count(c.Support), "")),
            Row("micro average", classes.Micro, "", "ours"), Row("macro average", classes.Macro, "", "ours"),
            Row("weighted average", classes.Weighted, "", "ours"),
        ]);
        html.Append("</details>");
    }

    private static (string Style, string[] Cells) Row(string name, AverageMetrics rates, string count, string style) =>
        (style, [name, Format.Score(rates.Precision), Format.Score(rates.Recall), Format.Score(rates.F1), count]);

    private void WriteConfusion(ConfusionMatrix confusion)
    {
        html.Append("<h3>Confusion</h3><p class=\"soft\">A row for each true label, a column for each answer; stronger: a larger share ")
            .Append("of the row. Errors are red.</p>").Append($"<div class=\"card scroll\">{ConfusionChart.Draw(confusion)}</div>");
        if (confusion.Labels.Count < MinListed)
            return;
        html.Append("<h3>Most frequent confusions</h3>");
        html.AppendTable(["True label", "Answer", "#Texts"], confusion.Confusions.Take(MaxConfusions).Select(static pair =>
            ("", (string[])[pair.Actual, pair.Predicted, Format.Count(pair.Count)])));
    }

    private void WriteCalibration(CalibrationReport calibration)
    {
        html.Append("<h3>Confidence</h3><div class=\"card plots\"><figure><figcaption>Reliability</figcaption><div class=\"soft\">")
            .Append("accuracy of the answers by their confidence (bars); circles: at temperature 1, without calibration; dashed: perfect")
            .Append("</div>")
            .Append(ReliabilityChart.Draw(calibration)).Append("</figure>");
        if (calibration.Coverage.Count > 0)
        {
            html.Append("<figure><figcaption>Coverage of routes</figcaption><div class=\"soft\">routes that take texts from a confidence ")
                .Append("on: their accuracy with its interval, and the share of texts that they receive (dashed)</div>")
                .Append(CoverageChart.Draw(calibration.Coverage)).Append("</figure>");
        }
        html.Append("</div>");
    }
}

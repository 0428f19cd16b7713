using StreamBert.Cli.Output;
using StreamBert.Cli.Output.Html;
using StreamBert.Monitoring.Backtesting;

namespace StreamBert.Cli.Backtests.Reports;

/// <summary>Writes the comparison of detectors with labels, of which the first detector is the own one.</summary>
internal static class ScoreSection
{
    /// <summary>Returns the figures of the own detector.</summary>
    public static IEnumerable<(string Value, string Name)> TilesOf(DetectionScore ours) =>
    [
        ($"{ours.Detected} of {ours.Labelled}", "labelled windows found"), (BacktestView.Percent(ours.Precision), "precision"),
        (BacktestView.Describe(ours.MedianDelay), "median delay"), (Format.Number(ours.FalseAlarmsPerDay, "0.###"), "false alarms per day"),
    ];

    /// <summary>Appends the table of all detectors; nothing without any.</summary>
    public static void Append(HtmlPage page, IReadOnlyList<DetectionScore> scores)
    {
        if (scores.Count > 0)
            page.Append("<h2>Against the labels</h2>");
        AppendTable(page, scores);
    }

    /// <summary>Appends the table without a heading.</summary>
    public static void AppendTable(HtmlPage page, IReadOnlyList<DetectionScore> scores)
    {
        if (scores.Count == 0)
            return;
        page.AppendTable(
            ["Detector", "#Alerts", "#Precision", "#Recall", "#Found", "#Median delay", "#False alarms per day"],
            scores.Select(static (score, index) => (index == 0 ? "ours" : "", BacktestView.CellsOf(score))));
    }
}

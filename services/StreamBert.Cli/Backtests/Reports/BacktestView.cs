using StreamBert.Cli.Output;
using StreamBert.Contracts;
using StreamBert.Monitoring.Backtesting;

namespace StreamBert.Cli.Backtests.Reports;

/// <summary>Prints the outcome of a backtest: each alert with its delay, missed labels, and the tables of kinds and scores.</summary>
internal static class BacktestView
{
    private const string None = "–";

    public static void Print(BacktestOutcome outcome)
    {
        if (outcome.Scored is not { } scored)
        {
            Terminal.Out.WriteLine("No window has closed: there is nothing to judge.");
            return;
        }
        PrintAlerts(outcome);
        PrintMissed(outcome);
        PrintKinds(outcome, scored);
        if (outcome.Scores.Count > 0)
            PrintScores(outcome.Scores);
    }

    /// <summary>Formats a duration in the largest unit that keeps it readable, such as <c>12 min</c> or <c>3.5 h</c>.</summary>
    public static string Describe(TimeSpan? duration) => duration switch
    {
        null => None,
        { TotalMinutes: < 1 } time => Format.Number(time.TotalSeconds, "0.#") + " s",
        { TotalHours: < 3 } time => Format.Number(time.TotalMinutes, "0.#") + " min",
        { TotalDays: < 3 } time => Format.Number(time.TotalHours, "0.#") + " h",
        { } time => Format.Number(time.TotalDays, "0.#") + " days",
    };

    public static string Percent(double? share) => share is { } value ? Format.Number(value * 100, "0.#") + " %" : None;

    /// <summary>Returns the cells of a detector in the table of scores.</summary>
    public static string[] CellsOf(DetectionScore score) =>
    [
        score.Name, Format.Count(score.Alerts), Percent(score.Precision), Percent(score.Recall),
        $"{score.Detected} of {score.Labelled}", Describe(score.MedianDelay), Format.Number(score.FalseAlarmsPerDay, "0.###"),
    ];

    private static void PrintAlerts(BacktestOutcome outcome)
    {
        if (outcome.Alerts.Count == 0)
            Terminal.Out.WriteLine("No alert was raised.");
        foreach (var alert in outcome.Alerts)
        {
            var raised = $"{Format.Time(alert.RaisedAt)}  {alert.Severity,-8}  {alert.Kind,-16}";
            Terminal.Out.WriteLine($"{raised}  {Match(outcome, alert)}{alert.Title}");
        }
    }

    private static string Match(BacktestOutcome outcome, AlertRaised alert)
    {
        if (outcome.Request.Labels is null)
            return "";
        var match = outcome.LabelOf(alert) is { } label ? $"after {Describe(alert.RaisedAt - label.Start)}" : "false alarm";
        return $"{match,-14}  ";
    }

    private static void PrintMissed(BacktestOutcome outcome)
    {
        foreach (var label in outcome.Labels.Where(label => outcome.DelayOf(label) is null))
        {
            var about = string.Join(' ', new[] { label.Kind, label.Series }.OfType<string>());
            Terminal.Out.WriteLine($"missed: {Format.Time(label.Start)} to {Format.Time(label.End)} {about}".TrimEnd());
        }
    }

    private static void PrintKinds(BacktestOutcome outcome, TimeWindow scored)
    {
        var days = (scored.End - scored.Start).TotalDays;
        var table = Terminal.CreateTable(
            $"{outcome.Request.Pipeline.Name}, {Format.Time(scored.Start)} to {Format.Time(scored.End)}",
            "kind", "#alerts", outcome.Request.Labels is null ? "#alerts a day" : "#false alarms per day", "#budget a day");
        foreach (var kind in outcome.Alerts.GroupBy(static alert => alert.Kind).OrderBy(static kind => kind.Key, StringComparer.Ordinal))
        {
            var counted = kind.Count(alert => outcome.Request.Labels is null || outcome.LabelOf(alert) is null);
            table.AddCells(
                kind.Key, Format.Count(kind.Count()), Format.Number(counted / days, "0.###"), Format.Number(outcome.BudgetPerDay, "0.###"));
        }
        Terminal.Write(table);
    }

    /// <summary>Prints the comparison of detectors with labels.</summary>
    public static void PrintScores(IReadOnlyList<DetectionScore> scores, string? title = null)
    {
        var table = Terminal.CreateTable(
            title, "detector", "#alerts", "#precision", "#recall", "#found", "#median delay", "#false alarms per day");
        foreach (var score in scores)
            table.AddCells(CellsOf(score));
        Terminal.Write(table);
    }
}

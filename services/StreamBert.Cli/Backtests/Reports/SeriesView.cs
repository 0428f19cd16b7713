using StreamBert.Cli.Backtests.PlainSeries;
using StreamBert.Cli.Output;

namespace StreamBert.Cli.Backtests.Reports;

/// <summary>
/// Prints the outcome of a backtest on plain series: each alert with its delay, missed labels, a table per series and a total.
/// </summary>
internal static class SeriesView
{
    /// <summary>States where an alert begins and ends.</summary>
    public const string Meaning = "An alert begins where the anomaly score reaches ½ and ends where it falls below.";

    public static void Print(IReadOnlyList<SeriesOutcome> series)
    {
        Terminal.Out.WriteLine(Meaning);
        foreach (var outcome in series)
            Print(outcome);
        var total = SeriesOutcome.Total(series);
        if (total.Count == 0)
            PrintCounts(series);
        else if (series.Count > 1)
            BacktestView.PrintScores(total, $"total of {series.Count:N0} series");
    }

    /// <summary>Describes an alert in relation to the labels; an empty string without labels.</summary>
    public static string Match(SeriesOutcome outcome, SeriesAlert alert) => outcome.Labels is null ? ""
        : outcome.LabelOf(alert) is { } label ? $"after {BacktestView.Describe(alert.Start - label.Start)}" : "false alarm";

    private static void Print(SeriesOutcome outcome)
    {
        if (outcome.Scored is not { } scored)
        {
            Terminal.Out.WriteLine($"{outcome.Name}: no row with a value in the judged period.");
            return;
        }
        foreach (var alert in outcome.Alerts)
        {
            var end = alert.End is { } time ? Format.Time(time) : "the end";
            Terminal.Out.WriteLine(
                $"{outcome.Name}  {Format.Time(alert.Start)} to {end}  value {Format.Number(alert.Value, "G6")}  score "
                + $"{Format.Number(alert.Score, "0.00")}  {Match(outcome, alert)}".TrimEnd());
        }
        foreach (var label in (outcome.Labels ?? []).Where(label => outcome.DelayOf(label) is null))
            Terminal.Out.WriteLine($"{outcome.Name}  missed: {Format.Time(label.Start)} to {Format.Time(label.End)}");
        if (outcome.Scores.Count > 0)
            BacktestView.PrintScores(outcome.Scores, $"{outcome.Name}, {Format.Time(scored.Start)} to {Format.Time(scored.End)}");
    }

    private static void PrintCounts(IReadOnlyList<SeriesOutcome> series)
    {
        var table = Terminal.CreateTable(null, "series", "#rows", "#alerts", "#alerts per day");
        foreach (var outcome in series)
            table.AddCells(outcome.Name, Format.Count(outcome.Rows), Format.Count(outcome.Alerts.Count), PerDay([outcome]));
        if (series.Count > 1)
        {
            table.AddCells(
                "total", Format.Count(series.Sum(static one => one.Rows)), Format.Count(series.Sum(static one => one.Alerts.Count)),
                PerDay(series));
        }
        Terminal.Write(table);
    }

    private static string PerDay(IReadOnlyList<SeriesOutcome> series) =>
        series.Sum(static one => one.Scored is { } scored ? (scored.End - scored.Start).TotalDays : 0) is > 0 and var days
            ? Format.Number(series.Sum(static one => one.Alerts.Count) / days, "0.###")
            : "–";
}

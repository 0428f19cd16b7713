using StreamBert.Cli.Backtests.Charts;
using StreamBert.Cli.Backtests.PlainSeries;
using StreamBert.Cli.Output;
using StreamBert.Cli.Output.Html;
using StreamBert.Contracts;

namespace StreamBert.Cli.Backtests.Reports;

/// <summary>
/// Creates the report of a backtest on plain series: one HTML file with charts of the values and the scores, which loads nothing and has
/// the same bytes for the same backtest.
/// </summary>
internal sealed class SeriesReport
{
    private const string AlertStyle = "critical";

    private readonly HtmlPage _html;
    private readonly IReadOnlyList<SeriesOutcome> _series;

    private SeriesReport(IReadOnlyList<SeriesOutcome> series) =>
        (_series, _html) = (series, new(series is [var only] ? $"Backtest of {only.Name}" : $"Backtest of {series.Count:N0} series"));

    public static string Create(IReadOnlyList<SeriesOutcome> series) => new SeriesReport(series).Write();

    private string Write()
    {
        _html.Append($"<p class=\"soft\">{HtmlPage.Encode(SeriesView.Meaning)}</p>");
        WriteTotal();
        WriteLegend();
        foreach (var outcome in _series)
        {
            if (outcome.Scored is { } scored && outcome.Values.Count > 0)
                WriteSeries(outcome, scored);
            else
                _html.Append($"<h2>{HtmlPage.Encode(outcome.Name)}</h2><p class=\"soft\">No row with a value in the judged period.</p>");
        }
        return _html.Finish();
    }

    private void WriteTotal()
    {
        var scores = SeriesOutcome.Total(_series);
        _html.AppendTiles(
        [
            (Format.Count(_series.Sum(static one => one.Rows)), "rows"),
            (Format.Count(_series.Sum(static one => one.Alerts.Count)), "alerts"),
            .. scores is [var ours, ..] ? ScoreSection.TilesOf(ours) : [],
        ]);
        ScoreSection.Append(_html, scores);
    }

    private void WriteLegend() => _html.Append("<div class=\"legend\">")
        .Append("<span><i style=\"background:var(--value)\"></i>value, and below it the anomaly score (highest of each column)</span>")
        .Append("<span><i style=\"background:var(--baseline);height:2px\"></i>threshold ½</span>")
        .Append("<span><i style=\"background:var(--label);border-bottom:3px solid var(--label-edge)\"></i>labelled</span>")
        .Append("<span><i style=\"background:var(--critical);border-radius:5px;width:10px\"></i>alert</span></div>");

    private void WriteSeries(SeriesOutcome outcome, TimeWindow scored)
    {
        var time = new TimeWindow(outcome.AnomalyScores[0].Start, outcome.AnomalyScores[^1].Start);
        var step = (time.End - time.Start) / Math.Max(1, outcome.Rows - 1);
        IReadOnlyList<ChartMark> marks = [.. outcome.Alerts.Select(static alert => new ChartMark(
            alert.Start, AlertStyle, $"value {Format.Number(alert.Value, "G6")}, score {Format.Number(alert.Score, "0.00")}"))];
        _html.Append($"<h2>{HtmlPage.Encode(outcome.Name)}</h2><p class=\"soft\">{Format.Count(outcome.Rows)} rows, judged from ")
            .Append($"{Format.Time(scored.Start)} to {Format.Time(scored.End)}.</p><section class=\"card\">")
            .Append(new SeriesChart(outcome.Values, ChartScale.Around(outcome.Values, time), step).Draw(outcome.Labels ?? [], marks, 1))
            .Append(new SeriesChart(Peaks(outcome.AnomalyScores), new(time, 1, IsShare: false), step).Draw(outcome.Labels ?? [], [], 1))
            .Append("<ul class=\"alerts\">");
        foreach (var (index, alert) in outcome.Alerts.Index())
            WriteAlert(outcome, alert, marks[index].Title, index + 1);
        _html.Append("</ul></section>");
        if (_series.Count > 1)
            ScoreSection.AppendTable(_html, outcome.Scores);
    }

    /// <summary>Returns the highest score of each column of the chart, so that no score above the threshold is averaged away.</summary>
    private static IReadOnlyList<SeriesPoint> Peaks(IReadOnlyList<SeriesPoint> scores) =>
        [.. scores.Chunk((scores.Count + SeriesChart.MaxPoints - 1) / SeriesChart.MaxPoints)
            .Select(static column => column.MaxBy(static score => score.Value))];

    private void WriteAlert(SeriesOutcome outcome, SeriesAlert alert, string title, int number)
    {
        var match = SeriesView.Match(outcome, alert);
        var style = outcome.LabelOf(alert) is null ? AlertStyle : "good";
        var end = alert.End is { } time ? Format.Time(time) : "the end of the series";
        _html.Append($"<li><span class=\"badge {AlertStyle}\">{number}</span><div><b>{HtmlPage.Encode(title)}</b>")
            .Append($"<p class=\"soft\">{Format.Time(alert.Start)} to {end}")
            .Append(match.Length > 0 ? $" · <span class=\"{style}\">{HtmlPage.Encode(match)}</span>" : "").Append("</p></div></li>");
    }
}

using StreamBert.Cli.Backtests.Charts;
using StreamBert.Cli.Output;
using StreamBert.Cli.Output.Html;
using StreamBert.Contracts;

namespace StreamBert.Cli.Backtests.Reports;

/// <summary>
/// Creates the report of a backtest: one HTML file with inline charts, which opens from disk, loads nothing, and has the same bytes for the
/// same backtest.
/// </summary>
internal sealed class HtmlReport
{
    private const int MaxExamples = 3;

    private readonly BacktestOutcome _outcome;
    private readonly HtmlPage _html;

    private HtmlReport(BacktestOutcome outcome) => (_outcome, _html) = (outcome, new($"Backtest of {outcome.Request.Pipeline.Name}"));

    public static string Create(BacktestOutcome outcome) => new HtmlReport(outcome).Write();

    private string Write()
    {
        if (_outcome.Scored is { } scored)
            WriteBody(scored);
        else
            _html.Append("<p class=\"soft\">No window has closed: there is nothing to judge.</p>");
        return _html.Finish();
    }

    private void WriteBody(TimeWindow scored)
    {
        var (request, result) = (_outcome.Request, _outcome.Result);
        _html.Append($"<p class=\"soft\">{Format.Time(scored.Start)} to {Format.Time(scored.End)}: ")
            .Append($"{Format.Count(result.EventTime.Texts)} texts in {Format.Count(result.Windows)} windows of ")
            .Append($"{BacktestView.Describe(request.Pipeline.Monitor.Window)}. Budget: ")
            .Append($"{Format.Number(request.Pipeline.Monitor.Rules.Budget.FalseAlarms, "0.##")} false alarm(s) in ")
            .Append($"{BacktestView.Describe(request.Pipeline.Monitor.Rules.Budget.Per)} for each kind of alert.</p>");
        WriteTiles(scored);
        ScoreSection.Append(_html, _outcome.Scores);
        WriteKinds(scored);
        WriteLabels();
        WriteSeries(scored);
    }

    private void WriteTiles(TimeWindow scored)
    {
        _html.AppendTiles(
        [
            (Format.Count(_outcome.Alerts.Count), "alerts"),
            .. _outcome.Scores is [var ours, ..] ? ScoreSection.TilesOf(ours)
                : [(Format.Number(_outcome.Alerts.Count / (scored.End - scored.Start).TotalDays, "0.###"), "alerts a day")],
            (Format.Count(_outcome.Result.EventTime.TooLate), "texts too late"),
        ]);
    }

    private void WriteKinds(TimeWindow scored)
    {
        if (_outcome.Alerts.Count == 0)
            return;
        var (days, hasLabels) = ((scored.End - scored.Start).TotalDays, _outcome.Request.Labels is not null);
        _html.Append("<h2>By kind of alert</h2>");
        _html.AppendTable(
            ["Kind", "#Alerts", hasLabels ? "#False alarms" : "#Alerts a day", hasLabels ? "#False alarms per day" : "", "#Budget a day"],
            _outcome.Alerts.GroupBy(static alert => alert.Kind).OrderBy(static kind => kind.Key, StringComparer.Ordinal).Select(kind =>
            {
                var wrong = kind.Count(alert => !hasLabels || _outcome.LabelOf(alert) is null);
                var perDay = Format.Number(wrong / days, "0.###");
                return ("", (string[])
                [
                    kind.Key, Format.Count(kind.Count()), hasLabels ? Format.Count(wrong) : perDay, hasLabels ? perDay : "",
                    Format.Number(_outcome.BudgetPerDay, "0.###"),
                ]);
            }));
    }

    private void WriteLabels()
    {
        if (_outcome.Labels.Count == 0)
            return;
        _html.Append("<h2>Labelled windows</h2>");
        _html.AppendTable(
            ["From", "To", "Kind", "Series", "#First alert after"],
            _outcome.Labels.Select(label => ("", (string[])
            [
                Format.Time(label.Start), Format.Time(label.End), label.Kind ?? "any", label.Series ?? "any",
                _outcome.DelayOf(label) is { } delay ? BacktestView.Describe(delay) : "missed",
            ])));
    }

    private void WriteSeries(TimeWindow scored)
    {
        if (_outcome.Histories.Count == 0)
            return;
        _html.Append("<h2>Series with alerts</h2><div class=\"legend\">")
            .Append("<span><i style=\"background:var(--value)\"></i>observed</span>")
            .Append("<span><i style=\"background:var(--baseline);height:2px\"></i>baseline</span>")
            .Append("<span><i style=\"background:var(--band)\"></i>95 % of normal windows</span>")
            .Append("<span><i style=\"background:var(--label);border-bottom:3px solid var(--label-edge)\"></i>labelled</span>")
            .Append("<span><i style=\"background:var(--critical);border-radius:5px;width:10px\"></i>critical alert</span>")
            .Append("<span><i style=\"background:var(--warning);border-radius:5px;width:10px\"></i>warning</span></div>");
        var number = 1;
        foreach (var history in _outcome.Histories)
        {
            List<AlertRaised> alerts = [.. _outcome.Alerts.Where(alert => ChartCollector.IsShownIn(alert, history, _outcome.Histories))];
            if (alerts.Count == 0)
                continue;
            WriteSeries(history, alerts, number, scored);
            number += alerts.Count;
        }
    }

    private void WriteSeries(ChartedSeries history, List<AlertRaised> alerts, int first, TimeWindow scored)
    {
        var what = history.Label is { } label ? $"share of {label} in {history.Series.Head}" : "texts per window";
        _html.Append($"<section class=\"card\"><h3>{HtmlPage.Encode(history.Series.Segment)}</h3>")
            .Append($"<div class=\"soft\">{HtmlPage.Encode(what)}</div>")
            .Append(Chart(history, scored).Draw(
                _outcome.Labels.Where(label => label.IsAbout(history.Series)), [.. alerts.Select(ChartMark.Of)], first))
            .Append("<ul class=\"alerts\">");
        foreach (var (index, alert) in alerts.Index())
            WriteAlert(alert, first + index);
        _html.Append("</ul></section>");
    }

    private SeriesChart Chart(ChartedSeries history, TimeWindow scored) =>
        new(history.Points, ChartScale.Of(history, scored), _outcome.Request.Pipeline.Monitor.Window);

    private void WriteAlert(AlertRaised alert, int number)
    {
        var match = _outcome.Request.Labels is null ? ""
            : _outcome.LabelOf(alert) is { } label
                ? $" · <span class=\"good\">{BacktestView.Describe(alert.RaisedAt - label.Start)} after the beginning</span>"
                : " · <span class=\"critical\">false alarm</span>";
        _html.Append($"<li><span class=\"badge {alert.Severity}\">{number}</span><div><b>{HtmlPage.Encode(alert.Title)}</b>")
            .Append($"<p class=\"soft\">{Format.Time(alert.RaisedAt)} · {HtmlPage.Encode(alert.Kind)} · {alert.Severity}{match}</p>")
            .Append($"<p>{HtmlPage.Encode(alert.Message)}</p>");
        foreach (var example in alert.Examples.Where(static example => example.Text is not null).Take(MaxExamples))
            _html.Append($"<p class=\"quote\">{HtmlPage.Encode(example.Text!)}</p>");
        _html.Append("</div></li>");
    }
}

using StreamBert.Contracts;

namespace StreamBert.Cli.Backtests.Charts;

/// <summary>Keeps the values of all series during a backtest, and selects those that alerts are about.</summary>
internal sealed class ChartCollector(PipelineOptions pipeline)
{
    private readonly Dictionary<(SeriesKey Series, string? Label), ChartedSeries> _histories = [];

    public void Add(TrendUpdated trend)
    {
        Add(trend, null, trend.Count);
        if (trend.Count == 0)
            return;
        foreach (var label in LabelsOf(trend.Series.Head).OfType<string>())
            Add(trend, label, trend.Labels.GetValueOrDefault(label) / (double)trend.Count);
    }

    /// <summary>Returns the histories of the series of alerts, in the order of their first alert.</summary>
    public IReadOnlyList<ChartedSeries> Of(IReadOnlyList<AlertRaised> alerts) =>
        [.. alerts.Select(Find).OfType<ChartedSeries>().Distinct()];

    /// <summary>Tells whether an alert is shown in the chart of a history: each is shown once, where its series is.</summary>
    public static bool IsShownIn(AlertRaised alert, ChartedSeries history, IReadOnlyList<ChartedSeries> all) =>
        history == (all.FirstOrDefault(other => other.Series == alert.Series && (other.Label is null) == IsAboutCount(alert))
            ?? all.FirstOrDefault(other => other.Series == alert.Series)
            ?? all.FirstOrDefault(other => other.Series.Segment == alert.Series.Segment));

    private static bool IsAboutCount(AlertRaised alert) => alert.Unit != "share";

    private ChartedSeries? Find(AlertRaised alert)
    {
        var labels = IsAboutCount(alert) ? [null] : LabelsOf(alert.Series.Head).Append(null);
        return labels.Select(label => _histories.GetValueOrDefault((alert.Series, label))).FirstOrDefault(static found => found is not null)
            ?? _histories.FirstOrDefault(history => history.Key.Series.Segment == alert.Series.Segment).Value;
    }

    private IEnumerable<string?> LabelsOf(string head) =>
        pipeline.LabelRules.Where(rule => rule.Head == head).Select(static rule => rule.Label).Distinct();

    private void Add(TrendUpdated trend, string? label, double value)
    {
        if (!_histories.TryGetValue((trend.Series, label), out var history))
            _histories[(trend.Series, label)] = history = new(trend.Series, label);
        var expected = trend.Expected.FirstOrDefault(expected => expected.Label == label);
        history.Add(new(
            trend.Window.Start, value, expected?.Value, expected?.Interval.Low ?? 0, expected?.Interval.High ?? 0));
    }
}

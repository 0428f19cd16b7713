using StreamBert.Contracts;
using StreamBert.Monitoring.Assessments;
using StreamBert.Monitoring.Baselines;
using StreamBert.Monitoring.Statistics;
using StreamBert.Monitoring.Windows;

namespace StreamBert.Monitoring.Labels;

/// <summary>A label rule with its series, their models and their alerts.</summary>
internal sealed class WatchedRule
{
    private readonly PipelineOptions _pipeline;
    private readonly HashSet<string> _dimensions;
    private readonly Dictionary<string, LabelModel> _models = [];
    private readonly Dictionary<(string Segment, bool IsAbove), AlertRule> _alerts = [];

    /// <param name="rule">The rule.</param>
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="state">What is known of the series of the rule.</param>
    public WatchedRule(LabelRule rule, PipelineOptions pipeline, LabelRuleState state)
    {
        (Rule, _pipeline, State) = (rule, pipeline, state);
        Judge = new(rule, pipeline.Monitor.Window, pipeline.Monitor.Rules.GroupStories);
        _dimensions = [.. rule.Segments.Select(static text => SegmentDimension.TryParse(text)?.Key).OfType<string>()];
        State.Series.TryAdd(SeriesKey.All, new());
    }

    public LabelRule Rule { get; }
    public LabelRuleState State { get; }
    public LabelJudge Judge { get; }

    /// <summary>The fixed limit of the rule, which is compared with a series before it has a baseline; null without one.</summary>
    public BaselineEstimate? FixedEstimate => Rule.Threshold is { } limit
        ? new(Rule.Measure == LabelMeasure.Count ? limit / ModelOf(SeriesKey.All).HoppingWindows : limit, 0) : null;

    /// <summary>Returns the series: the whole pipeline first, because its segments are expected to resemble it.</summary>
    public IEnumerable<KeyValuePair<string, LabelSeries>> OrderedSeries() =>
        State.Series.OrderedByKey().OrderByDescending(static series => series.Key == SeriesKey.All);

    /// <summary>Returns the model of the series of a dimension.</summary>
    public LabelModel ModelOf(string segment)
    {
        var key = LabelRuleNames.DimensionOf(segment);
        if (_models.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(key, out var model))
            return model;
        var dimension = key.ToString();
        if (!State.Pools.TryGetValue(dimension, out var pool))
            State.Pools[dimension] = pool = new();
        return _models[dimension] = new(Rule, _pipeline.Monitor.Window, pool);
    }

    /// <summary>Returns the alerts of a series.</summary>
    public IEnumerable<AlertRule> AlertsOf(string segment)
    {
        if (Rule.Watches(isAbove: true))
            yield return AlertOf(segment, isAbove: true);
        if (Rule.Watches(isAbove: false))
            yield return AlertOf(segment, isAbove: false);
    }

    /// <summary>Returns the alert of a series in a direction.</summary>
    public AlertRule AlertOf(string segment, bool isAbove)
    {
        if (_alerts.TryGetValue((segment, isAbove), out var alert))
            return alert;
        return _alerts[(segment, isAbove)] = new(
            isAbove ? AlertKinds.LabelSurge : AlertKinds.LabelDrop, new(_pipeline.Name, Rule.Head, segment),
            new(1, LabelThresholds.ClearAfter), Rule.Id()[(Rule.Head.Length + 1)..])
        { IsAdoptable = Rule.Threshold is null };
    }

    /// <summary>Adds the segments that have texts, and removes those that are no longer tracked.</summary>
    public void UpdateSeries(WindowClosed window, ActiveAlerts alerts)
    {
        var counts = window.Counts.Series.GetValueOrDefault(Rule.Head) ?? [];
        foreach (var segment in counts.Keys.Where(segment => Rule.Watches(_dimensions, segment)))
            State.Series.TryAdd(segment, new());
        foreach (var segment in State.Series.Keys.ToList())
        {
            var isTracked = segment == SeriesKey.All || window.Tracked.Segments.Contains(segment) || counts.ContainsKey(segment);
            if (isTracked || AlertsOf(segment).Any(alerts.Contains))
                continue;
            State.Series.Remove(segment);
            _alerts.Remove((segment, true));
            _alerts.Remove((segment, false));
        }
        foreach (var pool in State.Series.Keys.Select(segment => ModelOf(segment).Pool).Distinct())
            pool.Hours += _pipeline.Monitor.Window.TotalHours;
    }

    /// <summary>
    /// Starts the evidence of a series again when its alert is resolved; and its baseline, if the change is adopted. The hopping window is
    /// kept when it is resolved: a limit is compared with all of it.
    /// </summary>
    public void Restart(string fingerprint, bool isAdopted)
    {
        foreach (var ((segment, isAbove), alert) in _alerts)
        {
            if (alert.Fingerprint != fingerprint || !State.Series.TryGetValue(segment, out var series))
                continue;
            series.Spans.Clear(series.Spans.Next);
            series.Direction(isAbove).Slow.Reset();
            series.StepSums = default;
            if (!isAdopted)
                continue;
            series.Hopping?.Clear(series.Hopping.Next);
            (series.Baseline, series.HasAdopted) = (new(), true);
        }
    }
}

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
    private readonly Dictionary<string, WatchedSeries> _watched = [];
    private WatchedSeries[]? _ordered;
    private BaselinePool[] _pools = [];

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

    /// <summary>The series in order: the whole pipeline first, because its segments are expected to resemble it.</summary>
    public IReadOnlyList<WatchedSeries> Series => _ordered ??= Order();

    /// <summary>Returns a series; null if it is not watched.</summary>
    public WatchedSeries? Find(string segment) => State.Series.TryGetValue(segment, out var series) ? Watch(segment, series) : null;

    /// <summary>Returns the model of the series of a dimension.</summary>
    private LabelModel ModelOf(string segment)
    {
        var key = LabelRuleNames.DimensionOf(segment);
        if (_models.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(key, out var model))
            return model;
        var dimension = key.ToString();
        if (!State.Pools.TryGetValue(dimension, out var pool))
            State.Pools[dimension] = pool = new();
        return _models[dimension] = new(Rule, _pipeline.Monitor.Window, pool);
    }

    /// <summary>Adds the segments that have texts, and removes those that are no longer tracked.</summary>
    public void UpdateSeries(WindowClosed window, ActiveAlerts alerts)
    {
        var counts = window.Counts.Series.GetValueOrDefault(Rule.Head) ?? [];
        foreach (var segment in counts.Keys)
        {
            if (!State.Series.ContainsKey(segment) && Rule.Watches(_dimensions, segment))
                (State.Series[segment], _ordered) = (new(), null);
        }
        foreach (var (segment, series) in State.Series)
        {
            var isTracked = segment == SeriesKey.All || window.Tracked.Segments.Contains(segment) || counts.ContainsKey(segment);
            if (isTracked || Watch(segment, series).IsActive(alerts))
                continue;
            State.Series.Remove(segment);
            _watched.Remove(segment);
            _ordered = null;
        }
        _ordered ??= Order();
        foreach (var pool in _pools)
            pool.Hours += _pipeline.Monitor.Window.TotalHours;
    }

    private WatchedSeries[] Order()
    {
        WatchedSeries[] ordered = [.. State.Series.Select(series => Watch(series.Key, series.Value))];
        _pools = [.. ordered.Select(static series => series.Model.Pool).Distinct()];
        Array.Sort(ordered, static (a, b) => a.IsAll != b.IsAll ? b.IsAll.CompareTo(a.IsAll) : string.CompareOrdinal(a.Segment, b.Segment));
        return ordered;
    }

    private WatchedSeries Watch(string segment, LabelSeries series)
    {
        if (!_watched.TryGetValue(segment, out var watched))
            _watched[segment] = watched = new(segment, series, ModelOf(segment), AlertOf(segment, true), AlertOf(segment, false));
        return watched;
    }

    private AlertRule? AlertOf(string segment, bool isAbove) => !Rule.Watches(isAbove) ? null : new(
        isAbove ? AlertKinds.LabelSurge : AlertKinds.LabelDrop, new(_pipeline.Name, Rule.Head, segment),
        new(1, LabelThresholds.ClearAfter), Rule.Id()[(Rule.Head.Length + 1)..])
    { IsAdoptable = Rule.Threshold is null };

    /// <summary>
    /// Starts the evidence of a series again when its alert is resolved; and its baseline, if the change is adopted. The hopping window is
    /// kept when it is resolved: a limit is compared with all of it.
    /// </summary>
    public void Restart(string fingerprint, bool isAdopted)
    {
        foreach (var watched in Series)
        {
            if (watched.Rise?.Fingerprint == fingerprint)
                Restart(watched.Series, watched.Series.Rise, isAdopted);
            if (watched.Fall?.Fingerprint == fingerprint)
                Restart(watched.Series, watched.Series.Fall, isAdopted);
        }
    }

    private static void Restart(LabelSeries series, LabelDirection direction, bool isAdopted)
    {
        series.Spans.Clear(series.Spans.Next);
        direction.Slow.Reset();
        series.StepSums = default;
        if (!isAdopted)
            return;
        series.Hopping?.Clear(series.Hopping.Next);
        (series.Baseline, series.HasAdopted) = (new(), true);
    }
}

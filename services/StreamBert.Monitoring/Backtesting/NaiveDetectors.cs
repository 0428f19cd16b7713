using StreamBert.Contracts;

namespace StreamBert.Monitoring.Backtesting;

/// <summary>
/// Detectors for comparison, over the same trends: one that fires at every window, and one with static thresholds, three standard
/// deviations from the mean of the learning time, for the number of texts and the share of each watched label of each series.
/// </summary>
/// <param name="pipeline">The pipeline.</param>
/// <param name="learn">The end of the learning time; null: one day after the first window.</param>
internal sealed class NaiveDetectors(PipelineOptions pipeline, DateTimeOffset? learn)
{
    private readonly Dictionary<(SeriesKey Series, string? Label), StaticThreshold> _thresholds = [];
    private readonly List<ScoredAlert> _always = [], _static = [];
    private readonly HashSet<(string Head, string Label)> _labels =
        [.. pipeline.LabelRules.Select(static rule => (rule.Head, rule.Label))];
    private readonly string? _firstHead = pipeline.Heads is [var first, ..] ? first : null;
    private DateTimeOffset? _learnUntil = learn;
    private DateTimeOffset _end = DateTimeOffset.MinValue;

    /// <summary>The alerts of a detector that fires at every window.</summary>
    public IReadOnlyList<ScoredAlert> Always => _always;

    /// <summary>The alerts of the static thresholds: one for each run of windows beyond a threshold.</summary>
    public IReadOnlyList<ScoredAlert> Static => _static;

    /// <summary>The time from which static thresholds apply; null before the first window.</summary>
    public DateTimeOffset? LearnUntil => _learnUntil;

    /// <summary>Adds a trend in the order in which the monitor publishes them; revisions are not compared.</summary>
    public void Add(TrendUpdated trend)
    {
        if (trend.Revision > 0)
            return;
        _learnUntil ??= trend.Window.Start + TimeSpan.FromDays(1);
        if (trend.Window.End > _end)
        {
            _end = trend.Window.End;
            _always.Add(new(_end));
        }
        if (trend.Series.Head == _firstHead)
            Compare(trend, null, trend.Count);
        if (trend.Count == 0)
            return;
        foreach (var (_, label) in _labels.Where(rule => rule.Head == trend.Series.Head))
            Compare(trend, label, trend.Labels.GetValueOrDefault(label) / (double)trend.Count);
    }

    private void Compare(TrendUpdated trend, string? label, double value)
    {
        if (!_thresholds.TryGetValue((trend.Series, label), out var threshold))
            _thresholds[(trend.Series, label)] = threshold = new();
        if (trend.Window.End <= _learnUntil)
            threshold.Learn(value);
        else if (threshold.Begins(value) is { } isAbove && (isAbove || label is null))
            _static.Add(new(trend.Window.End, KindOf(label, isAbove), trend.Series));
    }

    private static string KindOf(string? label, bool isAbove) =>
        label is not null ? AlertKinds.LabelSurge : isAbove ? AlertKinds.VolumeSurge : AlertKinds.VolumeSilence;
}

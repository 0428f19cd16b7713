using StreamBert.Contracts;
using StreamBert.Monitoring.Assessments;
using StreamBert.Monitoring.Counts;
using StreamBert.Monitoring.Statistics;
using StreamBert.Monitoring.Windows;

namespace StreamBert.Monitoring.Surges;

/// <summary>
/// Detects surges of the negative share in a pipeline and in each of its segments. The expectation is the history of the series, shrunk
/// to the pipeline's mean; the evidence is the beta-binomial tail of the last window (or of the last two, if one is too small), with
/// Benjamini–Hochberg over all series of the window; the effect is a minimum lift. Its memory is one history per series.
/// </summary>
internal sealed class NegativeSurgeDetector : IDetector
{
    /// <summary>The pipeline's mean before any text was learned.</summary>
    private const double UnknownMean = 0.5;

    private readonly PipelineOptions _pipeline;
    private readonly NegativeSurgeOptions _options;
    private readonly Dictionary<string, ShareBaseline> _baselines;
    private readonly AlertPolicy _policy;
    private readonly double _level;

    /// <param name="pipeline">The pipeline.</param>
    /// <param name="options">The thresholds.</param>
    /// <param name="falseAlarmInterval">The time in which one false alarm is allowed.</param>
    /// <param name="baselines">The state: segment → history.</param>
    public NegativeSurgeDetector(
        PipelineOptions pipeline, NegativeSurgeOptions options, TimeSpan falseAlarmInterval, Dictionary<string, ShareBaseline> baselines)
    {
        (_pipeline, _options, _baselines) = (pipeline, options, baselines);
        _policy = new(options.RaiseAfter, options.ClearAfter);
        _level = SignificanceLevel.OfPair(pipeline.Monitor.Window, falseAlarmInterval, correlation: 0.5);
    }

    public string Name => "surges";

    private double Mean => _baselines.GetValueOrDefault(SeriesKey.All)?.Share ?? UnknownMean;

    public IReadOnlyList<Assessment> Assess(WindowClosed window, ActiveAlerts alerts)
    {
        var counts = window.Counts.Series.GetValueOrDefault(_pipeline.WatchedLabel.Head) ?? [];
        foreach (var segment in counts.Keys)
            _baselines.TryAdd(segment, new());
        var mean = Mean;
        var tests = _baselines.OrderedByKey()
            .Select(series => Test(series.Key, series.Value, window, counts.GetValueOrDefault(series.Key), mean)).ToList();
        var assessments = Assess(tests, window.Window);
        foreach (var test in tests)
            test.Baseline.Update(test.Window, alerts.Contains(test.Rule), _options.HalfLife);
        RemoveUnused(window.Tracked, alerts);
        return assessments;
    }

    public IReadOnlyList<Assessment> Reassess(WindowRevised window)
    {
        var (mean, head) = (Mean, _pipeline.WatchedLabel.Head);
        List<ShareTest> tests = [];
        foreach (var (_, segment) in window.Series.Where(series => series.Head == head))
        {
            _baselines.TryAdd(segment, new());
            tests.Add(Test(segment, _baselines[segment], window, window.Counts.GetOrAdd(head, segment), mean));
            _baselines[segment].Revise(tests[^1].Window);
        }
        return Assess(tests, window.Window);
    }

    public void OnTransition(Transition transition)
    {
        if (transition is Transition.Adopted { Alert.Series.Segment: var segment })
            _baselines.GetValueOrDefault(segment)?.Reset();
    }

    /// <summary>
    /// Removes the history of an entity that is no longer mentioned once it has decayed, and that of a segment that is no longer tracked.
    /// </summary>
    private void RemoveUnused(TrackedNames tracked, ActiveAlerts alerts)
    {
        foreach (var (segment, baseline) in _baselines.ToList())
        {
            var isUnused = SeriesKey.IsEntity(segment) ? baseline.IsEmpty : segment != SeriesKey.All && !tracked.Segments.Contains(segment);
            if (isUnused && !alerts.Contains(RuleOf(segment)))
                _baselines.Remove(segment);
        }
    }

    /// <summary>One series in one window: the pooled counts against the expectation.</summary>
    private sealed record ShareTest(AlertRule Rule, ShareBaseline Baseline, ShareCount Window, ShareEvidence Evidence, bool IsSufficient);

    private ShareTest Test(string segment, ShareBaseline baseline, WindowUpdate window, SeriesCounts? counts, double mean)
    {
        var (rule, label) = (RuleOf(segment), _pipeline.WatchedLabel.Label);
        var current = new ShareCount
        {
            End = window.Window.End,
            Total = counts?.Count ?? 0,
            Selected = counts?.Labels.GetValueOrDefault(label) ?? 0,
        };
        var previous = current.Total < _options.MinimumCount ? baseline.HeldBack.FindLast(held => held.End < current.End) : null;
        var (selected, total) = (current.Selected + (previous?.Selected ?? 0), current.Total + (previous?.Total ?? 0));
        var (expected, p) = baseline.Test(selected, total, mean, _options);
        var evidence = new ShareEvidence
        {
            Window = new(current.End - (previous is null ? 1 : 2) * _pipeline.Monitor.Window, current.End),
            Series = rule.Series,
            Label = label,
            Selected = selected,
            Total = total,
            Expected = expected,
            PValue = p,
            IsCritical = Rate.Of(selected, total) - expected >= 2 * _options.MinimumLift,
        };
        return new(rule, baseline, current, evidence, IsSufficient(total, baseline));
    }

    private bool IsSufficient(long total, ShareBaseline baseline) =>
        total >= _options.MinimumCount && baseline.Windows >= _options.HistoryWindows && baseline.Total >= _options.HistoryTexts;

    private List<Assessment> Assess(List<ShareTest> tests, TimeWindow window)
    {
        var pValues = tests.Where(static test => test.IsSufficient).Select(static test => test.Evidence.PValue);
        var threshold = BenjaminiHochberg.Threshold(pValues, _level);
        return tests.ConvertAll(test => new Assessment(test.Rule, window, ConditionOf(test, threshold), test.Evidence));
    }

    private Condition ConditionOf(ShareTest test, double threshold)
    {
        var (evidence, lift) = (test.Evidence, test.Evidence.Value - test.Evidence.Expected);
        if (!test.IsSufficient)
            return evidence.Total == 0 ? Condition.Normal : Condition.Inconclusive;
        if (evidence.PValue <= threshold && lift >= _options.MinimumLift && evidence.Value >= _options.MinimumRatio * evidence.Expected)
            return Condition.Breach;
        return lift < _options.MinimumLift / 2 ? Condition.Normal : Condition.Inconclusive;
    }

    private AlertRule RuleOf(string segment) =>
        new(AlertKinds.LabelSurge, new(_pipeline.Name, _pipeline.WatchedLabel.Head, segment), _policy) { IsAdoptable = true };
}

using StreamBert.Contracts;
using StreamBert.Monitoring.Assessments;
using StreamBert.Monitoring.Statistics;
using StreamBert.Monitoring.Windows;

namespace StreamBert.Monitoring.Volume;

/// <summary>
/// Detects surges and silences of the number of texts of a pipeline and of its segments, against what is usual at that hour of the week.
/// Stories and subjects are judged (<see cref="VolumeTracker"/>), so that forty copies of a headline are no surge.
/// </summary>
internal sealed class VolumeDetector : IDetector
{
    /// <summary>The share of the budget of the whole pipeline, if segments are watched too.</summary>
    private const double ShareOfWhole = 0.5;

    private readonly PipelineOptions _pipeline;
    private readonly VolumeRule _rule;
    private readonly VolumeTracker _tracker;
    private readonly VolumeCriteria _criteria;
    private readonly double _runLength;
    private readonly Dictionary<string, (AlertRule Surge, AlertRule Silence)> _rules = [];

    /// <param name="pipeline">The pipeline.</param>
    /// <param name="state">The state.</param>
    /// <param name="revisableWindows">The number of closed windows that late texts can revise.</param>
    public VolumeDetector(PipelineOptions pipeline, VolumeState state, int revisableWindows)
    {
        (_pipeline, _rule) = (pipeline, pipeline.Monitor.Rules.Volume);
        _criteria = new(_rule, pipeline.Monitor.Window);
        _tracker = new(pipeline, _criteria, state, revisableWindows);
        var budget = pipeline.Monitor.Rules.Budget;
        _runLength = budget.Per / pipeline.Monitor.Window / budget.FalseAlarms;
    }

    public string Name => "volume";

    public IReadOnlyList<Assessment> Assess(WindowClosed window, ActiveAlerts alerts)
    {
        _tracker.Add(window, segment => alerts.Contains(RulesOf(segment).Surge));
        return [.. _tracker.Series.SelectMany(segment => Assess(segment, window))];
    }

    public IReadOnlyList<Assessment> Reassess(WindowRevised window) =>
        [.. _tracker.Revise(window).SelectMany(segment => Assess(segment, window))];

    public void OnTransition(Transition transition)
    {
        var segment = transition.Alert.Series.Segment;
        if (transition.Alert.Kind == AlertKinds.VolumeSilence)
            _tracker.OnSilence(segment, isFiring: transition is Transition.Raised, transition.At);
        else
            _tracker.OnSurge(segment, isFiring: transition is Transition.Raised);
        if (transition is Transition.Adopted)
            _tracker.Adopt(segment);
    }

    private (AlertRule Surge, AlertRule Silence) RulesOf(string segment)
    {
        if (_rules.TryGetValue(segment, out var rules))
            return rules;
        var series = new SeriesKey(_pipeline.Name, _pipeline.Heads.FirstOrDefault(_pipeline.WatchedLabel.Head), segment);
        var confirmed = new AlertPolicy(_criteria.Confirmations, 3);
        return _rules[segment] = (
            new(AlertKinds.VolumeSurge, series, confirmed) { IsAdoptable = true },
            new(AlertKinds.VolumeSilence, series, new(1, 2)));
    }

    private double RunLengthOf(string segment) => _tracker.Series.Count == 1 ? _runLength
        : segment == SeriesKey.All ? _runLength / ShareOfWhole : _runLength * (_tracker.Series.Count - 1) / (1 - ShareOfWhole);

    private IEnumerable<Assessment> Assess(string segment, WindowUpdate window)
    {
        if (_tracker.Find(segment, window) is not { } judged)
            yield break;
        var (rules, runLength) = (RulesOf(segment), RunLengthOf(segment));
        yield return AssessSurge(rules.Surge, judged, window, runLength);
        yield return AssessSilence(rules.Silence, judged, window, runLength);
    }

    private Assessment AssessSurge(AlertRule rule, JudgedSeries judged, WindowUpdate window, double runLength)
    {
        var rise = _criteria.StrongestRise(judged.State, judged.Pool);
        var threshold = _criteria.SurgeThreshold(judged.State, judged.Pool, runLength);
        judged.State.Surge.IsNear = rise.Statistic >= 0.7 * threshold;
        var condition = rise.Statistic >= threshold ? Condition.Breach
            : rise.Statistic < 0.5 * threshold ? Condition.Normal : Condition.Inconclusive;
        var p = rise.Variance > rise.Expected
            ? TailProbability.NegativeBinomialUpper((long)rise.Clusters, rise.Expected, rise.Variance) : Math.Exp(-rise.Statistic);
        return Assessed(rule, window, condition, judged, rise, p, rise.Clusters >= 2 * _rule.SurgeRatio * rise.Expected);
    }

    private Assessment AssessSilence(AlertRule rule, JudgedSeries judged, WindowUpdate window, double runLength)
    {
        var (silence, run) = (judged.State.Silence, VolumeCriteria.Run(judged.State, judged.Pool));
        silence.LogProbability = run.Statistic;
        var isUnusual = judged.State.PastSilences.IsUnusual(
            window.Window.End, silence.Windows * _pipeline.Monitor.Window, runLength * _pipeline.Monitor.Window);
        var isBreach = isUnusual && (judged.Window.IsSeen || IsConfirmed(judged.State))
            && run.Statistic >= VolumeCriteria.SilenceThreshold(run, runLength);
        var condition = silence.IsFiring
            ? silence.HasReturned(_rule.SilenceRatio) ? Condition.Normal : isBreach ? Condition.Breach : Condition.Inconclusive
            : isBreach ? Condition.Breach : silence.IsEmpty ? Condition.Normal : Condition.Inconclusive;
        var observed = condition == Condition.Normal ? judged.Last : run;
        return Assessed(rule, window, condition, judged, observed, Math.Exp(-run.Statistic), isCritical: run.Clusters == 0);
    }

    /// <summary>
    /// Whether a run in an hour of the day without history has the required number of windows, and is longer than the usual gaps.
    /// </summary>
    private bool IsConfirmed(VolumeSeries series) =>
        series.Silence.Windows >= _criteria.Confirmations && series.Rate.IsUnusual(series.Silence.Expected);

    private Assessment Assessed(
        AlertRule rule, WindowUpdate window, Condition condition, JudgedSeries judged, SpanEvidence span, double p, bool isCritical)
    {
        var copies = judged.CopiesPerCluster;
        var evidence = new VolumeEvidence
        {
            Window = new(window.Window.End - span.Windows * _pipeline.Monitor.Window, window.Window.End),
            Series = rule.Series,
            Windows = span.Windows,
            Texts = span.Texts,
            Clusters = span.Clusters,
            Expected = copies * span.Expected,
            Inflation = copies * (span.Expected > 0 && span.Variance > 0 ? span.Variance / span.Expected : 1),
            PValue = p,
            IsCritical = isCritical,
            GroupsStories = _pipeline.Monitor.Rules.GroupStories,
            BaselineAge = judged.BaselineAge,
            Usual = judged.Expectation,
        };
        return new(rule, window.Window, condition, evidence);
    }
}

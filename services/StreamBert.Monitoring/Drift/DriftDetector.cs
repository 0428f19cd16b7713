using StreamBert.Contracts;
using StreamBert.Monitoring.Assessments;
using StreamBert.Monitoring.Statistics;
using StreamBert.Monitoring.Windows;

namespace StreamBert.Monitoring.Drift;

/// <summary>
/// Detects drift of the label mix (Jensen–Shannon distance, χ² test) and of the confidence (two-sample Kolmogorov–Smirnov test) of each
/// watched head against a reference of the first windows without a surge. Drift must last for several windows, so that a short surge,
/// which has its own alert, causes none. A new model version begins a new reference. Its memory is a fixed number of window profiles.
/// </summary>
internal sealed class DriftDetector : IDetector
{
    /// <summary>The share of the minimum distance below which drift has ended.</summary>
    private const double ClearingShare = 0.7;

    /// <summary>With a larger p-value the distance is normal.</summary>
    private const double NormalPValue = 0.05;

    private readonly PipelineOptions _pipeline;
    private readonly DriftOptions _options;
    private readonly Dictionary<string, HeadDriftState> _heads;
    private readonly AlertPolicy _policy;
    private readonly double _level;

    /// <param name="pipeline">The pipeline.</param>
    /// <param name="options">The thresholds.</param>
    /// <param name="falseAlarmInterval">The time in which one false alarm is allowed.</param>
    /// <param name="heads">The state: head → its reference and last windows.</param>
    public DriftDetector(
        PipelineOptions pipeline, DriftOptions options, TimeSpan falseAlarmInterval, Dictionary<string, HeadDriftState> heads)
    {
        (_pipeline, _options, _heads) = (pipeline, options, heads);
        _policy = new(options.RaiseAfter, options.ClearAfter);
        // Successive comparisons share all but one of their windows; about one in `Windows` is a new test.
        _level = SignificanceLevel.OfSingle(options.Windows * pipeline.Monitor.Window, falseAlarmInterval);
    }

    public string Name => "drift";

    /// <summary>Returns two assessments for each watched head: of its label mix and of its confidence.</summary>
    public IReadOnlyList<Assessment> Assess(WindowClosed window, ActiveAlerts alerts)
    {
        var isSurging = alerts.ContainsAny(AlertKinds.LabelSurge, AlertKinds.VolumeSurge, AlertKinds.VolumeSilence);
        List<DriftComparison> labels = [], confidences = [];
        foreach (var (head, segments) in window.Counts.Series.OrderedByKey())
        {
            if (!IsWatched(head) || !segments.TryGetValue(SeriesKey.All, out var counts))
                continue;
            var state = StateOf(head, window.Counts.Version);
            var isCompared = state.IsReferenceComplete;
            Update(state, HeadProfile.Of(counts, window.Window.End), isSurging);
            labels.Add(isCompared ? CompareLabels(head, state) : new(head, state, DriftMeasure.Labels));
            confidences.Add(isCompared ? CompareConfidence(head, state) : new(head, state, DriftMeasure.Confidence));
        }
        return [.. Assess(labels, window.Window), .. Assess(confidences, window.Window)];
    }

    /// <summary>Updates the profile of the window; the next window is compared with it.</summary>
    public IReadOnlyList<Assessment> Reassess(WindowRevised window)
    {
        foreach (var (head, _) in window.Series.Where(static series => series.Segment == SeriesKey.All))
        {
            if (_heads.TryGetValue(head, out var state))
                state.Revise(HeadProfile.Of(window.Counts.GetOrAdd(head, SeriesKey.All), window.Window.End));
        }
        return [];
    }

    public void OnTransition(Transition transition)
    {
        if (transition is Transition.Adopted { Alert.Series.Head: var head } && _heads.TryGetValue(head, out var state))
            state.Restart(state.Version);
    }

    /// <summary>A head against its reference. Without enough texts it is not tested.</summary>
    private sealed record DriftComparison(
        string Head, HeadDriftState State, DriftMeasure Measure, bool IsTested = false, double Distance = 0, double PValue = 1);

    private bool IsWatched(string head) =>
        _pipeline.Monitor.Rules.Drift.Heads.Count == 0 || _pipeline.Monitor.Rules.Drift.Heads.Contains(head);

    private HeadDriftState StateOf(string head, string? version)
    {
        if (!_heads.TryGetValue(head, out var state))
            _heads[head] = state = new() { Version = version };
        if (state.Version != version)
            state.Restart(version);
        return state;
    }

    /// <summary>Adds a window to the last ones, or to the reference until that is complete.</summary>
    private void Update(HeadDriftState state, HeadProfile window, bool isSurging)
    {
        if (state.IsReferenceComplete)
        {
            state.Add(window, _options.Windows);
        }
        else if (!isSurging)
        {
            var reference = state.Reference;
            reference.Add(window);
            state.IsReferenceComplete = reference.Windows >= _options.ReferenceWindows && reference.Count >= _options.ReferenceTexts;
        }
    }

    private DriftComparison CompareLabels(string head, HeadDriftState state)
    {
        var (reference, recent) = (state.Reference.Labels, state.RecentTotal.Labels);
        var (distance, p) = (Divergence.JensenShannon(reference, recent), Divergence.ChiSquare(reference, recent));
        return new(head, state, DriftMeasure.Labels, HasEnoughTexts(state), distance, p);
    }

    private DriftComparison CompareConfidence(string head, HeadDriftState state)
    {
        var distance = Divergence.KolmogorovSmirnov(state.Reference.Confidences, state.RecentTotal.Confidences);
        var p = TailProbability.KolmogorovSmirnovUpper(distance, state.Reference.Count, state.RecentTotal.Count);
        return new(head, state, DriftMeasure.Confidence, HasEnoughTexts(state), distance, p);
    }

    private bool HasEnoughTexts(HeadDriftState state) => state.RecentTotal.Count >= _options.MinimumTexts;

    private IEnumerable<Assessment> Assess(List<DriftComparison> comparisons, TimeWindow window)
    {
        var pValues = comparisons.Where(static comparison => comparison.IsTested).Select(static comparison => comparison.PValue);
        var threshold = BenjaminiHochberg.Threshold(pValues, _level);
        return comparisons.Select(comparison => Assess(comparison, window, threshold));
    }

    private Assessment Assess(DriftComparison comparison, TimeWindow window, double threshold)
    {
        var (head, state, measure) = (comparison.Head, comparison.State, comparison.Measure);
        var kind = measure == DriftMeasure.Labels ? AlertKinds.LabelDrift : AlertKinds.ConfidenceDrift;
        var rule = new AlertRule(kind, new(_pipeline.Name, head, SeriesKey.All), _policy) { IsAdoptable = true };
        var evidence = new DriftEvidence
        {
            Window = new(window.End - Math.Max(1, state.Recent.Count) * _pipeline.Monitor.Window, window.End),
            Head = head,
            Measure = measure,
            HasReference = state.IsReferenceComplete,
            Details = DriftEvidence.Describe(state, measure, comparison.Distance, MinimumDistance(measure), comparison.PValue),
            ReferenceConfidence = state.Reference.MeanConfidence(),
            ObservedConfidence = state.RecentTotal.MeanConfidence(),
            IsCritical = comparison.Distance >= 2 * MinimumDistance(measure),
        };
        return new(rule, window, ConditionOf(comparison, threshold), evidence);
    }

    private double MinimumDistance(DriftMeasure measure) =>
        measure == DriftMeasure.Labels ? _options.MinimumLabelDistance : _options.MinimumConfidenceDistance;

    private Condition ConditionOf(DriftComparison comparison, double threshold)
    {
        var minimum = MinimumDistance(comparison.Measure);
        if (!comparison.State.IsReferenceComplete)
            return Condition.Normal; // a new reference is being collected: there is nothing to differ from
        if (!comparison.IsTested)
            return Condition.Inconclusive;
        if (comparison.PValue <= threshold && comparison.Distance >= minimum)
            return Condition.Breach;
        var isNormal = comparison.Distance < ClearingShare * minimum || comparison.PValue > NormalPValue;
        return isNormal ? Condition.Normal : Condition.Inconclusive;
    }
}

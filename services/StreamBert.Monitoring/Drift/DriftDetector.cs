using StreamBert.Contracts;
using StreamBert.Monitoring.Alerts;
using StreamBert.Monitoring.Statistics;
using StreamBert.Monitoring.Windows;

namespace StreamBert.Monitoring.Drift;

/// <summary>
/// Drift of the label mix (Jensen–Shannon distance, χ² test) and of the confidence (two-sample Kolmogorov–Smirnov) of each watched head
/// against a reference frozen from the stream's first calm windows. It must hold for several windows, so that a short surge, which has
/// its own alert, passes by. A new model version begins a new reference. Event time only; memory is a fixed number of window profiles.
/// </summary>
public sealed class DriftDetector
{
    private readonly PipelineOptions _pipeline;
    private readonly DriftOptions _options;
    private readonly Dictionary<string, HeadDriftState> _heads;
    private readonly AlertBook _alerts;
    private readonly Examples _examples;
    private readonly AlertPolicy _policy;
    private readonly double _level;

    public DriftDetector(
        PipelineOptions pipeline, DriftOptions options, TimeSpan falseAlarmInterval,
        Dictionary<string, HeadDriftState> heads, AlertBook alerts, Examples examples)
    {
        (_pipeline, _options, _heads, _alerts, _examples) = (pipeline, options, heads, alerts, examples);
        _policy = new(options.RaiseAfter, options.ClearAfter);
        // Successive comparisons share all but one of their windows; about one in `Windows` is a new test.
        _level = FalseAlarms.LevelOfOne(options.Windows * pipeline.Monitor.Window, falseAlarmInterval);
    }

    /// <summary>Up to two verdicts per watched head; none while its reference is being made.</summary>
    public IReadOnlyList<Verdict> Judge(WindowClosed window)
    {
        List<Comparison> comparisons = [];
        foreach (var (head, segments) in window.Counts.Series.InOrder())
        {
            if (Watched(head) && segments.TryGetValue(SeriesKey.All, out var counts))
                comparisons.AddRange(Update(head, HeadProfile.Of(counts, window.Window.End), window.Counts));
        }
        return [.. Verdicts(comparisons.Where(static comparison => comparison
            .OfLabels), window), .. Verdicts(comparisons.Where(static comparison => !comparison.OfLabels), window)];
    }

    /// <summary>Takes over what late texts have changed in a window; the next window is compared with it.</summary>
    public void Revise(WindowClosed window)
    {
        foreach (var (head, _) in window.Revised.Where(static series => series.Segment == SeriesKey.All))
        {
            if (_heads.TryGetValue(head, out var state))
                state.Revise(HeadProfile.Of(window.Counts.Of(head, SeriesKey.All), window.Window.End));
        }
    }

    private sealed record Comparison(string Head, HeadDriftState State, bool OfLabels, bool Judged, double Distance, double PValue);

    private bool Watched(string head) => _pipeline.Monitor.DriftHeads.Count == 0 || _pipeline.Monitor.DriftHeads.Contains(head);

    private IEnumerable<Comparison> Update(string head, HeadProfile profile, WindowCounts counts)
    {
        if (!_heads.TryGetValue(head, out var state))
            _heads[head] = state = new() { Version = counts.Version };
        if (state.Version != counts.Version)
            state.Restart(counts.Version);
        if (!state.Frozen)
        {
            Collect(state, profile);
            return [Unjudged(head, state, ofLabels: true), Unjudged(head, state, ofLabels: false)];
        }
        state.Push(profile, _options.Windows);
        return [OfLabels(head, state), OfConfidence(head, state)];
    }

    private void Collect(HeadDriftState state, HeadProfile profile)
    {
        if (_alerts.IsAnyActive(AlertKinds.NegativeSurge, AlertKinds.VolumeSurge, AlertKinds.VolumeSilence))
            return;
        state.Reference.Add(profile);
        state.Frozen = state.Reference.Windows >= _options.ReferenceWindows && state.Reference.Count >= _options.ReferenceTexts;
    }

    private Comparison OfLabels(string head, HeadDriftState state) => new(head, state, true, Enough(state),
        Divergence.JensenShannon(state.Reference.Labels, state.Sum.Labels), Divergence.ChiSquare(state.Reference.Labels, state.Sum.Labels));

    private Comparison OfConfidence(string head, HeadDriftState state)
    {
        var distance = Divergence.KolmogorovSmirnov(state.Reference.Confidences, state.Sum.Confidences);
        return new(
            head,
            state,
            false,
            Enough(state),
            distance,
            Tails.KolmogorovSmirnovUpper(distance, state.Reference.Count, state.Sum.Count));
    }

    private bool Enough(HeadDriftState state) => state.Sum.Count >= _options.MinimumTexts;

    private static Comparison Unjudged(string head, HeadDriftState state, bool ofLabels) => new(head, state, ofLabels, false, 0, 1);

    private List<Verdict> Verdicts(IEnumerable<Comparison> comparisons, WindowClosed window)
    {
        var all = comparisons.ToList();
        var threshold = FalseDiscovery.Threshold(
            all.Where(static comparison => comparison.Judged).Select(static comparison => comparison.PValue),
            _level);
        return [.. all.Select(comparison => Verdict(comparison, window.Window, threshold))];
    }

    private Verdict Verdict(Comparison comparison, TimeWindow window, double threshold)
    {
        var kind = comparison.OfLabels ? AlertKinds.LabelDrift : AlertKinds.ConfidenceDrift;
        var series = new SeriesKey(_pipeline.Name, comparison.Head, SeriesKey.All);
        var span = new TimeWindow(window.End - Math.Max(1, comparison.State.Recent.Count) * _pipeline.Monitor.Window, window.End);
        return new(Alerts.Verdict.FingerprintOf(kind, series), kind, series, window, Judgement(comparison, threshold), _policy,
            () => Alert(comparison, kind, series, span), () => Ended(comparison), () => comparison.State.Restart(comparison.State.Version));
    }

    private double Floor(Comparison comparison) => comparison.OfLabels ? _options.MinimumLabelDistance : _options.MinimumConfidenceDistance;

    private Judgement Judgement(Comparison comparison, double threshold)
    {
        if (!comparison.State.Frozen)
            return Alerts.Judgement.Calm; // a new reference is being made: nothing to differ from
        if (!comparison.Judged)
            return Alerts.Judgement.Unclear;
        if (comparison.PValue <= threshold && comparison.Distance >= Floor(comparison))
            return Alerts.Judgement.Breach;
        return comparison.Distance < 0.7 * Floor(comparison) || comparison.PValue > 0.05 ? Alerts.Judgement.Calm : Alerts.Judgement.Unclear;
    }

    private AlertRaised Alert(Comparison comparison, string kind, SeriesKey series, TimeWindow span)
    {
        var moved = DriftWords.Moved(comparison.State, comparison.OfLabels);
        var alert = new AlertRaised
        {
            Id = "",
            Fingerprint = "",
            Kind = kind,
            Series = series,
            Severity = comparison.Distance >= 2 * Floor(comparison) ? "critical" : "warning",
            Title
                = $"{(comparison.OfLabels ? "The label mix" : "The confidence")} of {series.Head} in {_pipeline.Name} has drifted: {moved}",
            Message = $"Over {Words.Number(comparison.State.Sum.Count)} texts from {Words.Span(span)} {moved}. "
                + $"The distance from the reference of {Words.Number(comparison.State.Reference.Count)} texts is {Words.Distance(comparison.Distance)} "
                + $"(worth an alert from {Words.Distance(Floor(comparison))}); without drift that would happen by chance in {Words.Chance(comparison.PValue)} looks.",
            Window = span,
            RaisedAt = span.End,
            Value = comparison.Distance,
            Baseline = 0,
            Unit = "distance",
            Count = comparison.State.Sum.Count,
            Evidence = comparison.PValue,
            EvidenceKind = comparison.OfLabels ? "p-value, χ² test of homogeneity" : "p-value, two-sample Kolmogorov–Smirnov test",
            Drift = DriftWords.Evidence(comparison.State, comparison.OfLabels, comparison.Distance, Floor(comparison), comparison.PValue),
        };
        var grown = comparison.OfLabels ? DriftWords.Grown(comparison.State) : null;
        var unsure = DriftWords.MeanConfidence(comparison.State.Sum) < DriftWords.MeanConfidence(comparison.State.Reference);
        return _examples.AddTo(alert, series.Head, span, (_, answer) => grown is not null ? answer.Label == grown
            : unsure == answer.Confidence < DriftWords.MeanConfidence(comparison.State.Reference));
    }

    private static Resolution Ended(Comparison comparison) => new(comparison.Distance, 0, comparison.State.Frozen
        ? $"The distance from the reference is back at {Words.Distance(comparison.Distance)}."
        : "A new reference is being made, as another model version serves now.");
}

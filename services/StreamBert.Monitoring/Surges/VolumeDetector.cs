using StreamBert.Contracts;
using StreamBert.Monitoring.Alerts;
using StreamBert.Monitoring.Statistics;
using StreamBert.Monitoring.Windows;

namespace StreamBert.Monitoring.Surges;

/// <summary>
/// Surges and silences of the number of texts of a pipeline. The count is negative binomial around its history, with the over-dispersion
/// seen there; evidence is its tail, effect a least ratio to the expected number. The first window of a stream is never judged: it is
/// not a whole one.
/// </summary>
public sealed class VolumeDetector
{
    private readonly PipelineOptions _pipeline;
    private readonly VolumeOptions _options;
    private readonly VolumeBaseline _baseline;
    private readonly AlertBook _alerts;
    private readonly Examples _examples;
    private readonly SeriesKey _series;
    private readonly AlertPolicy _policy;
    private readonly double _level;

    public VolumeDetector(
        PipelineOptions pipeline, VolumeOptions options, TimeSpan falseAlarmInterval, VolumeBaseline baseline, AlertBook alerts, Examples examples)
    {
        (_pipeline, _options, _baseline, _alerts, _examples) = (pipeline, options, baseline, alerts, examples);
        _series = new(pipeline.Name, pipeline.Heads.FirstOrDefault(pipeline.Monitor.SentimentHead), SeriesKey.All);
        _policy = new(options.RaiseAfter, options.ClearAfter);
        _level = FalseAlarms.LevelOfPair(pipeline.Monitor.Window, falseAlarmInterval, correlation: 0);
    }

    /// <summary>A verdict on surge and one on silence; none while the history is too short.</summary>
    public IReadOnlyList<Verdict> Judge(WindowClosed window)
    {
        var verdicts = Verdicts(window);
        if (!window.Counts.Partial)
        {
            _baseline.Update(
                new(window.Window.End, window.Counts.Count),
                _alerts.IsAnyActive(AlertKinds.VolumeSurge, AlertKinds.VolumeSilence),
                _options.HalfLife);
        }

        return verdicts;
    }

    /// <summary>New verdicts on a window to which late texts have come.</summary>
    public IReadOnlyList<Verdict> Revise(WindowClosed window)
    {
        _baseline.Revise(new(window.Window.End, window.Counts.Count));
        return Verdicts(window);
    }

    private Verdict[] Verdicts(WindowClosed window)
    {
        if (window.Counts.Partial || _baseline.Windows < _options.HistoryWindows)
            return [];
        double mean = _baseline.Mean, variance = _baseline.Variance(_options.MinimumVariation);
        return [Surge(window.Window, window.Counts.Count, mean, variance), Silence(window.Window, window.Counts.Count, mean, variance)];
    }

    private Verdict Surge(TimeWindow window, long count, double mean, double variance)
    {
        var p = Tails.NegativeBinomialUpper(count, mean, variance);
        var judgement = p <= _level && count >= _options.SurgeRatio * mean ? Judgement.Breach
            : count < (1 + _options.SurgeRatio) / 2 * mean || p > 0.05 ? Judgement.Calm : Judgement.Unclear;
        return Verdict(AlertKinds.VolumeSurge, window, judgement, count, mean, p,
            count >= 2 * _options.SurgeRatio * mean ? "critical" : "warning",
            $"{Words.Number(count)} texts a window in {_pipeline.Name}, usually {Words.Number(mean)}");
    }

    private Verdict Silence(TimeWindow window, long count, double mean, double variance)
    {
        var p = Tails.NegativeBinomialLower(count, mean, variance);
        var seen = mean >= _options.MinimumExpected;
        var judgement = seen && p <= _level && count <= _options.SilenceRatio * mean ? Judgement.Breach
            : count > Math.Min(0.5, 2 * _options.SilenceRatio) * mean ? Judgement.Calm : Judgement.Unclear;
        return Verdict(AlertKinds.VolumeSilence, window, judgement, count, mean, p, count == 0 ? "critical" : "warning",
            count == 0 ? $"{_pipeline.Name} has fallen silent" : $"{_pipeline.Name} has nearly fallen silent");
    }

    private Verdict Verdict(
        string kind,
        TimeWindow window,
        Judgement judgement,
        long count,
        double mean,
        double p,
        string severity,
        string title) => new(
        Alerts.Verdict.FingerprintOf(kind, _series), kind, _series, window, judgement, _policy,
        () => Alert(kind, window, count, mean, p, severity, title),
        () => new(count, mean, $"{Words.Number(count)} texts came in the last window; {Words.Number(mean)} is usual."),
        _baseline.Reset);

    private AlertRaised Alert(
        string kind,
        TimeWindow window,
        long count,
        double mean,
        double p,
        string severity,
        string title) => _examples.AddTo(
        new()
        {
            Id = "",
            Fingerprint = "",
            Kind = kind,
            Series = _series,
            Severity = severity,
            Title = title,
            Message = $"{Words.Number(count)} texts came from {Words.Span(window)}, where {Words.Number(mean)} were to be expected from the history. "
                + $"In calm that would happen by chance in {Words.Chance(p)} windows.",
            Window = window,
            RaisedAt = window.End,
            Value = count,
            Baseline = mean,
            Unit = "texts per window",
            Count = count,
            Evidence = p,
            EvidenceKind = "p-value, negative binomial tail",
        },
        _series.Head, window, static (_, _) => true);
}

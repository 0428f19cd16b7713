using StreamBert.Contracts;
using StreamBert.Monitoring.Assessments;
using StreamBert.Monitoring.Statistics;
using StreamBert.Monitoring.Windows;

namespace StreamBert.Monitoring.Volume;

/// <summary>
/// Detects surges and silences of the number of texts of a pipeline. The count is negative binomial around its history, with the
/// over-dispersion observed there; the evidence is its tail, the effect a minimum ratio to the expected number. Partial windows are not
/// assessed.
/// </summary>
internal sealed class VolumeDetector : IDetector
{
    /// <summary>With a larger p-value the count is normal whatever its ratio.</summary>
    private const double NormalPValue = 0.05;

    private readonly VolumeOptions _options;
    private readonly VolumeBaseline _baseline;
    private readonly AlertRule _surge, _silence;
    private readonly double _level;

    /// <param name="pipeline">The pipeline.</param>
    /// <param name="options">The thresholds.</param>
    /// <param name="falseAlarmInterval">The time in which one false alarm is allowed.</param>
    /// <param name="baseline">The state: the history.</param>
    public VolumeDetector(PipelineOptions pipeline, VolumeOptions options, TimeSpan falseAlarmInterval, VolumeBaseline baseline)
    {
        (_options, _baseline) = (options, baseline);
        var series = new SeriesKey(pipeline.Name, pipeline.Heads.FirstOrDefault(pipeline.WatchedLabel.Head), SeriesKey.All);
        var policy = new AlertPolicy(options.RaiseAfter, options.ClearAfter);
        _surge = new(AlertKinds.VolumeSurge, series, policy) { IsAdoptable = true };
        _silence = new(AlertKinds.VolumeSilence, series, policy) { IsAdoptable = true };
        _level = SignificanceLevel.OfPair(pipeline.Monitor.Window, falseAlarmInterval, correlation: 0);
    }

    public string Name => "volume";

    public IReadOnlyList<Assessment> Assess(WindowClosed window, ActiveAlerts alerts)
    {
        var assessments = Assess(window);
        if (!window.Counts.IsPartial)
            _baseline.Update(CountOf(window), alerts.ContainsAny(AlertKinds.VolumeSurge, AlertKinds.VolumeSilence), _options.HalfLife);
        return assessments;
    }

    public IReadOnlyList<Assessment> Reassess(WindowRevised window)
    {
        _baseline.Revise(CountOf(window));
        return Assess(window);
    }

    public void OnTransition(Transition transition)
    {
        if (transition is Transition.Adopted)
            _baseline.Reset();
    }

    private static VolumeCount CountOf(WindowUpdate window) => new(window.Window.End, window.Counts.Count);

    /// <summary>Returns an assessment of a surge and one of a silence; none while the history is too short.</summary>
    private IReadOnlyList<Assessment> Assess(WindowUpdate window)
    {
        if (window.Counts.IsPartial || _baseline.Windows < _options.HistoryWindows)
            return [];
        double mean = _baseline.Mean, variance = _baseline.Variance(_options.MinimumVariation);
        return [AssessSurge(window, mean, variance), AssessSilence(window, mean, variance)];
    }

    private Assessment AssessSurge(WindowUpdate window, double mean, double variance)
    {
        var count = window.Counts.Count;
        var p = TailProbability.NegativeBinomialUpper(count, mean, variance);
        var condition = p <= _level && count >= _options.SurgeRatio * mean ? Condition.Breach
            : count < (1 + _options.SurgeRatio) / 2 * mean || p > NormalPValue ? Condition.Normal : Condition.Inconclusive;
        return Assess(_surge, window, condition, mean, p, isCritical: count >= 2 * _options.SurgeRatio * mean);
    }

    private Assessment AssessSilence(WindowUpdate window, double mean, double variance)
    {
        var count = window.Counts.Count;
        var p = TailProbability.NegativeBinomialLower(count, mean, variance);
        var isExpected = mean >= _options.MinimumExpected;
        var condition = isExpected && p <= _level && count <= _options.SilenceRatio * mean ? Condition.Breach
            : count > Math.Min(0.5, 2 * _options.SilenceRatio) * mean ? Condition.Normal : Condition.Inconclusive;
        return Assess(_silence, window, condition, mean, p, isCritical: count == 0);
    }

    private static Assessment Assess(AlertRule rule, WindowUpdate window, Condition condition, double mean, double p, bool isCritical)
    {
        var evidence = new VolumeEvidence
        {
            Window = window.Window,
            Series = rule.Series,
            Texts = window.Counts.Count,
            Expected = mean,
            PValue = p,
            IsCritical = isCritical,
        };
        return new(rule, window.Window, condition, evidence);
    }
}

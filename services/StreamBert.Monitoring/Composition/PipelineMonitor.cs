using System.Reactive.Linq;
using StreamBert.Contracts;
using StreamBert.Monitoring.Alerts;
using StreamBert.Monitoring.Drift;
using StreamBert.Monitoring.Fairness;
using StreamBert.Monitoring.Surges;
using StreamBert.Monitoring.Windows;

namespace StreamBert.Monitoring.Composition;

/// <summary>
/// One pipeline, composed: steps of its inputs → windows → trends, and → detectors → verdicts → alerts. All state is in <see cref="PipelineState"/>;
/// the operators hold none, so it can be saved between any two inputs.
/// </summary>
public sealed class PipelineMonitor
{
    private readonly PipelineOptions _pipeline;
    private readonly PipelineState _state;
    private readonly PipelineWindows _windows;
    private readonly AlertBook _alerts;
    private readonly NegativeSurgeDetector _surges;
    private readonly VolumeDetector _volume;
    private readonly DriftDetector _drift;
    private readonly FairnessDetector[] _fairness;

    public PipelineMonitor(PipelineOptions pipeline, MonitoringOptions options, PipelineState state)
    {
        (_pipeline, _state) = (pipeline, state);
        var interval = options.Alerts.FalseAlarmInterval;
        _windows = new(pipeline, options.Windows, options.LiveTolerance, state.Windows);
        _alerts = new(options.Alerts, state.Alerts, options.Windows.Correctable);
        var examples = new Examples(options.Alerts, () => _windows.Recent);
        _surges = new(pipeline, options.Surge, interval, state.Shares, _alerts, examples);
        _volume = new(pipeline, options.Volume, interval, state.Volume, _alerts, examples);
        _drift = new(pipeline, options.Drift, interval, state.Drift, _alerts, examples);
        _fairness = [.. pipeline.Monitor.Fairness.Select(rule =>
            new FairnessDetector(pipeline, rule, options.Fairness, interval, options.Windows.MaxGroups, GroupsOf(rule), examples))];
    }

    public DateTimeOffset Watermark => _windows.Watermark;

    /// <summary>How the pipeline's event time stands.</summary>
    public EventTimeUpdated EventTime => new()
    {
        Pipeline = _pipeline.Name,
        Watermark = _state.Windows.ClosedThrough,
        Texts = _state.Windows.Texts,
        Late = _state.Windows.Late,
        TooLate = _state.Windows.TooLate,
        AllowedLateness = _pipeline.Monitor.AllowedLateness,
        SufficientLateness = _state.Windows.Lateness.Sufficient(),
        ClockSkew = new Dictionary<string, long>(_state.Windows.ClockSkew),
    };

    public IObservable<MonitorOutput> Watch(IObservable<InputStep> inputs) => inputs
        .SelectMany(_windows.Apply)
        .Publish(windows => Observable.Merge(
            windows.SelectMany(window => Trends.Of(window, _pipeline)).Select(MonitorOutput.Of),
            windows.SelectMany(window => window.IsRevision ? Revise(window) : Judge(window))));

    private List<MonitorOutput> Judge(WindowClosed window) =>
        [.. Verdicts(window).Select(_alerts.Step).OfType<MonitorOutput>(), .. _alerts.EndWindow(window.Window)];

    /// <summary>What comes late may make a surge of what was none, or take a silence back; drift and fairness compare many windows, and see it in the next.</summary>
    private List<MonitorOutput> Revise(WindowClosed window)
    {
        _drift.Revise(window);
        foreach (var fairness in _fairness)
            fairness.Revise(window);
        var latest = _state.Windows.ClosedThrough!.Value;
        return [.. _surges.Revise(window).Concat(_volume.Revise(window)).Select(verdict => _alerts.Revise(verdict, latest)).OfType<MonitorOutput>()];
    }

    private IEnumerable<Verdict> Verdicts(WindowClosed window)
    {
        foreach (var verdict in _surges.Judge(window))
            yield return verdict;
        foreach (var verdict in _volume.Judge(window))
            yield return verdict;
        foreach (var verdict in _drift.Judge(window))
            yield return verdict;
        foreach (var fairness in _fairness)
        {
            if (fairness.Judge(window) is { } verdict)
                yield return verdict;
        }
    }

    private Dictionary<string, GroupEvidence> GroupsOf(FairnessRule rule)
    {
        if (!_state.Fairness.TryGetValue(rule.Key(), out var groups))
            _state.Fairness[rule.Key()] = groups = [];
        return groups;
    }
}

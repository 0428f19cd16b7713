using System.Reactive.Linq;
using StreamBert.Contracts;
using StreamBert.Monitoring.Alerts;
using StreamBert.Monitoring.Drift;
using StreamBert.Monitoring.Fairness;
using StreamBert.Monitoring.Surges;
using StreamBert.Monitoring.Windows;

namespace StreamBert.Monitoring.Composition;

/// <summary>
/// One pipeline, composed: inputs → windows → trends, and → detectors → verdicts → alerts. All state is in <see cref="PipelineState"/>;
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

    public PipelineMonitor(PipelineOptions pipeline, MonitoringOptions options, PipelineState state, IReadOnlySet<int> behind)
    {
        (_pipeline, _state) = (pipeline, state);
        var interval = options.Alerts.FalseAlarmInterval;
        _windows = new(pipeline, options.Windows, state.Windows, behind);
        _alerts = new(options.Alerts, state.Alerts);
        var examples = new Examples(options.Alerts, () => _windows.Recent);
        _surges = new(pipeline, options.Surge, interval, state.Shares, _alerts, examples);
        _volume = new(pipeline, options.Volume, interval, state.Volume, _alerts, examples);
        _drift = new(pipeline, options.Drift, interval, state.Drift, _alerts, examples);
        _fairness = [.. pipeline.Monitor.Fairness.Select(rule =>
            new FairnessDetector(pipeline, rule, options.Fairness, interval, options.Windows.MaxGroups, GroupsOf(rule), examples))];
    }

    public DateTimeOffset Watermark => _windows.Watermark;

    /// <summary>Late texts so far: those that corrected a window, and those too late for that.</summary>
    public (long Corrected, long Dropped) Late => (_state.Windows.Late, _state.Windows.Dropped);

    public IObservable<MonitorOutput> Watch(IObservable<MonitorInput> inputs) => inputs
        .SelectMany(Apply)
        .Publish(windows => Observable.Merge(
            windows.SelectMany(window => Trends.Of(window, _pipeline)).Select(MonitorOutput.Of),
            windows.Where(window => !window.Correction).SelectMany(Alert)));

    private IReadOnlyList<WindowClosed> Apply(MonitorInput input) => input switch
    {
        PredictionSeen seen => Take(seen),
        TimePassed passed => _windows.AdvanceTo(passed.Watermark),
        _ => [],
    };

    private IReadOnlyList<WindowClosed> Take(PredictionSeen seen)
    {
        foreach (var fairness in _fairness)
            fairness.Observe(seen.Prediction);
        return _windows.Add(seen.Prediction, seen.Partition);
    }

    private IEnumerable<MonitorOutput> Alert(WindowClosed window) =>
        Judge(window).Select(_alerts.Step).OfType<MonitorOutput>().Concat(_alerts.EndWindow(window.Window)).ToList();

    private IEnumerable<Verdict> Judge(WindowClosed window)
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

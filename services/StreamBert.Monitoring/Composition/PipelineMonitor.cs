using System.Reactive.Linq;
using StreamBert.Contracts;
using StreamBert.Monitoring.Alerts;
using StreamBert.Monitoring.Drift;
using StreamBert.Monitoring.Fairness;
using StreamBert.Monitoring.Surges;
using StreamBert.Monitoring.Tables;
using StreamBert.Monitoring.Windows;
using StreamBert.Streaming.Events;

namespace StreamBert.Monitoring.Composition;

/// <summary>
/// One pipeline, composed: steps of its inputs → windows → trends, and → detectors → verdicts → alerts. All state is in <see
/// cref="PipelineState"/>;
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
    private readonly TableDetector _tables;
    private readonly Action<MonitorFailure> _failed;

    /// <param name="failed">Told of what threw.</param>
    public PipelineMonitor(PipelineOptions pipeline, MonitoringOptions options, PipelineState state, Action<MonitorFailure> failed)
    {
        (_pipeline, _state, _failed) = (pipeline, state, failed);
        var interval = options.Alerts.FalseAlarmInterval;
        _windows = new(
            pipeline,
            options.Windows,
            options.LiveTolerance,
            state.Windows,
            failed,
            (rule, group) => state.Fairness.GetValueOrDefault(rule)?.ContainsKey(group) == true);
        _tables = new(pipeline);
        _alerts = new(options.Alerts, state.Alerts, options.Windows.Correctable);
        var examples = new Examples(options.Alerts, () => _windows.Recent);
        _surges = new(pipeline, options.Surge, interval, state.Shares, _alerts, examples, state.Windows.SegmentUses.ContainsKey);
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
        Untracked = _state.Windows.Untracked,
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

    /// <summary>
    /// What comes late may make a surge of what was none, or take a silence back; drift and fairness compare many windows, and see it in
    /// the next.
    /// </summary>
    private List<MonitorOutput> Revise(WindowClosed window)
    {
        _drift.Revise(window);
        foreach (var fairness in _fairness)
            fairness.Revise(window);
        var latest = _state.Windows.ClosedThrough!.Value;
        return [.. Of("surges", window, () => _surges.Revise(window)).Concat(Of("volume", window, () => _volume.Revise(window)))
            .Select(verdict => _alerts.Revise(verdict, latest)).OfType<MonitorOutput>()];
    }

    private IEnumerable<Verdict> Verdicts(WindowClosed window)
    {
        foreach (var verdict in Of("surges", window, () => _surges.Judge(window)))
            yield return verdict;
        foreach (var verdict in Of("volume", window, () => _volume.Judge(window)))
            yield return verdict;
        foreach (var verdict in Of("drift", window, () => _drift.Judge(window)))
            yield return verdict;
        foreach (var fairness in _fairness)
        {
            foreach (var verdict in Of("fairness", window, () => fairness.Judge(window) is { } verdict ? [verdict] : []))
                yield return verdict;
        }

        foreach (var verdict in Of("tables", window, () => JudgeTables(window)))
            yield return verdict;
    }

    private IReadOnlyList<Verdict> JudgeTables(WindowClosed window)
    {
        var groups = window.Counts.Pressure.Where(static table => table.Table.StartsWith(TableDetector.Groups, StringComparison.Ordinal));
        _state.Windows.Untracked += groups.Sum(static table => table.Uses); // the others were counted when the window closed
        return _tables.Judge(window, window.Counts.Pressure);
    }

    /// <summary>A detector that throws has no verdict on this window; the others have.</summary>
    private IReadOnlyList<Verdict> Of(string detector, WindowClosed window, Func<IReadOnlyList<Verdict>> judge)
    {
        try
        {
            return judge();
        }
        catch (Exception e) when (RecordErrors.MayBeCausedByRecord(e))
        {
            _failed(MonitorFailure.Of(
                _windows.LastText,
                $"The detector of {detector} fails on the window from {window.Window.Start:u} of {_pipeline.Name}",
                e));
            return [];
        }
    }

    private Dictionary<string, GroupEvidence> GroupsOf(FairnessRule rule)
    {
        if (!_state.Fairness.TryGetValue(rule.Key(), out var groups))
            _state.Fairness[rule.Key()] = groups = [];
        return groups;
    }
}

using System.Reactive.Linq;
using System.Runtime.InteropServices;
using StreamBert.Contracts;
using StreamBert.Monitoring.Accuracy;
using StreamBert.Monitoring.Alerts;
using StreamBert.Monitoring.Assessments;
using StreamBert.Monitoring.Capacity;
using StreamBert.Monitoring.Counts;
using StreamBert.Monitoring.Drift;
using StreamBert.Monitoring.Fairness;
using StreamBert.Monitoring.Feedback;
using StreamBert.Monitoring.Inputs;
using StreamBert.Monitoring.Labels;
using StreamBert.Monitoring.Volume;
using StreamBert.Monitoring.Windows;
using StreamBert.Streaming.Events;

namespace StreamBert.Monitoring.Analysis;

/// <summary>
/// Composes one pipeline: steps of its inputs → windows → trends, and windows → detectors → assessments → transitions → alerts. All state
/// is in <see cref="PipelineState"/> and none in the operators, so that it can be saved between any two inputs.
/// </summary>
internal sealed class PipelineMonitor
{
    private readonly PipelineOptions _configured;
    private readonly AnalysisOptions _options;
    private readonly PipelineState _state;
    private readonly PipelineWindows _windows;
    private readonly AlertStateMachine _alerts;
    private readonly AlertBuilder _alertBuilder;
    private readonly RuleSchedule _rules;
    private readonly ICollection<ProcessingFailure> _failures;

    /// <summary>The pipeline with the rules of the last closed window.</summary>
    private PipelineOptions _pipeline;
    private IDetector[] _detectors;
    private FeedbackJoin _feedback;

    /// <param name="pipeline">The pipeline.</param>
    /// <param name="options">The options of windows, detectors and alerts.</param>
    /// <param name="state">The state, which is changed with every step.</param>
    /// <param name="failures">Collects texts that cannot be counted and detectors that throw.</param>
    public PipelineMonitor(PipelineOptions pipeline, AnalysisOptions options, PipelineState state, ICollection<ProcessingFailure> failures)
    {
        (_configured, _options, _state, _failures) = (pipeline, options, state, failures);
        _rules = new(pipeline, state.RuleChanges);
        _windows = new(pipeline, options.Windows, options.LiveTolerance, state.Windows, failures, _rules);
        _alerts = new(options.Alerts, state.Alerts, options.Windows.RevisableWindows);
        _alertBuilder = new(options.Alerts);
        _pipeline = state.Windows.Closed is [.., var last] ? _rules.At(last.Start) : pipeline;
        _detectors = [.. Detectors(_pipeline, options, state)];
        _feedback = new(_pipeline, state.Feedback, state.CountedLabels);
    }

    /// <summary>One text in so many is offered for labelling, by the present rules; 0 for none.</summary>
    public int SampleEvery => _pipeline.Monitor.Rules.Accuracy.SampleEvery;

    public DateTimeOffset Watermark => _windows.Watermark;

    /// <summary>The watermark of the pipeline, with its late texts, clock skew and texts in foreign languages.</summary>
    public EventTimeUpdated EventTime => new()
    {
        Pipeline = _configured.Name,
        Watermark = _state.Windows.ClosedThrough,
        Texts = _state.Windows.Texts,
        Late = _state.Windows.Late,
        TooLate = _state.Windows.TooLate,
        AllowedLateness = _configured.Monitor.AllowedLateness,
        CountsTexts = _state.CountsTexts,
        Untracked = _state.Windows.Names.UntrackedUses,
        SufficientLateness = _state.Windows.Lateness.SufficientLateness(),
        ClockSkew = new Dictionary<string, long>(_state.Windows.ClockSkew),
        ForeignLanguages = new Dictionary<string, long>(_state.Windows.ForeignLanguages),
    };

    /// <summary>Changes the rules from the first window on that starts at the stated time or later and has no texts yet.</summary>
    public void Change(RulesChanged change) => _rules.Add(change, _windows.Unopened);

    /// <summary>Adds the reference profile of a version, if the pipeline uses that model.</summary>
    public void Accept(ModelProfiled profiled)
    {
        if (profiled.Model == _pipeline.Model)
            DriftDetector.Accept(_state.Drift, profiled);
    }

    /// <summary>Composes the monitor over the steps of the pipeline.</summary>
    public IObservable<MonitorOutput> Watch(IObservable<InputStep> steps) => steps.SelectMany(Apply).SelectMany(Judge);

    /// <summary>
    /// Joins feedback with its prediction. It counts in the next window that closes, so its order relative to windows is that of the log.
    /// </summary>
    public void Add(FeedbackReceived feedback) => _feedback.Add(feedback);

    /// <summary>Withdraws a label, which stops counting in the next window that closes.</summary>
    public void Withdraw(FeedbackWithdrawn withdrawal) => _feedback.Withdraw(withdrawal);

    private IEnumerable<WindowUpdate> Apply(InputStep step)
    {
        foreach (var text in step.Texts)
            _feedback.Add(text);
        return _windows.Apply(step);
    }

    /// <summary>
    /// Returns the trends of a window, with what the detectors expected, then the changes of alerts, and then the reports that are due.
    /// </summary>
    private List<MonitorOutput> Judge(WindowUpdate window)
    {
        if (window is WindowClosed closed)
        {
            ApplyRules(closed.Counts);
            window = closed with { Labels = _feedback.Take(closed.Window.End) };
        }
        Dictionary<SeriesKey, List<Expectation>> expected = [];
        var transitions = Assess(window, expected);
        return
        [
            .. TrendBuilder.Build(window, _pipeline, expected).Select(static trend => new MonitorOutput.Trend(trend)),
            .. transitions.Select(OutputOf),
            .. Report(window).Select(static report => new MonitorOutput.Report(report)),
        ];
    }

    /// <summary>
    /// Judges this window and later ones by its rules. What was learned for rules that continue is kept, unless clusters are now counted
    /// differently.
    /// </summary>
    private void ApplyRules(WindowCounts window)
    {
        var pipeline = _rules.At(window.Start);
        var hasOtherClusters = window.CountsTexts != _state.CountsTexts;
        if (hasOtherClusters)
            _state.Relearn(window.CountsTexts);
        if (hasOtherClusters || !ReferenceEquals(pipeline, _pipeline))
        {
            _pipeline = pipeline;
            _state.Windows.Names.Retain(pipeline);
            _detectors = [.. Detectors(pipeline, _options, _state)];
            _feedback = new(pipeline, _state.Feedback, _state.CountedLabels);
        }
        _rules.ForgetBefore(_state.Windows.Closed[0].Start);
    }

    /// <summary>Creates the detectors in the order in which they assess a window.</summary>
    private static IEnumerable<IDetector> Detectors(PipelineOptions pipeline, AnalysisOptions options, PipelineState state)
    {
        if (state.CountsTexts)
            pipeline = pipeline with { Monitor = pipeline.Monitor with { Rules = pipeline.Monitor.Rules with { GroupStories = false } } };
        var budget = pipeline.Monitor.Rules.Budget;
        var interval = budget.Per / budget.FalseAlarms;
        yield return new LabelRuleDetector(pipeline, options.Windows.RevisableWindows, state.Labels)
        {
            ReferenceShare = state.Drift.ReferenceShare,
        };
        yield return new VolumeDetector(pipeline, state.Volume, options.Windows.RevisableWindows);
        yield return new DriftDetector(pipeline, options.Windows.RevisableWindows, state.Drift);
        var weights = pipeline.Monitor.Rules.Fairness.Sum(static rule => rule.Weight);
        foreach (var rule in pipeline.Monitor.Rules.Fairness)
            yield return new FairnessDetector(pipeline, rule, options.Fairness, interval * (weights / rule.Weight), state.FairnessOf(rule));
        yield return new AccuracyDetector(pipeline, interval, state.Accuracy, state.Feedback);
        yield return new ErrorRateDetector(pipeline, state.Accuracy.Errors);
        yield return new CapacityDetector(pipeline);
    }

    private List<Transition> Assess(WindowUpdate window, Dictionary<SeriesKey, List<Expectation>> expected)
    {
        List<Transition> transitions = [];
        foreach (var detector in _detectors)
        {
            foreach (var assessment in TryAssess(detector, window))
            {
                AddExpectation(assessment, window, expected);
                if (_pipeline.Monitor.Rules.Disabled.Contains(assessment.Rule.Kind))
                    continue; // baselines learn all the same; an alert that fires expires
                if (Apply(assessment, window) is { } transition)
                {
                    detector.OnTransition(transition);
                    transitions.Add(transition);
                }
                else if (window is WindowClosed && _alerts.Update(assessment) is { } update)
                {
                    transitions.Add(update);
                }
            }
        }
        if (window is WindowClosed)
            transitions.AddRange(_alerts.ExpireUnassessed(window.Window));
        return transitions;
    }

    /// <summary>Adds what an assessment expected of its series in this window, for the trend; each label and measure once.</summary>
    private static void AddExpectation(Assessment assessment, WindowUpdate window, Dictionary<SeriesKey, List<Expectation>> expected)
    {
        if (assessment.Window != window.Window || assessment.Evidence.Expectation is not { } expectation)
            return;
        ref var series = ref CollectionsMarshal.GetValueRefOrAddDefault(expected, assessment.Rule.Series, out _);
        foreach (var other in series ??= [])
        {
            if ((other.Label, other.Measure) == (expectation.Label, expectation.Measure))
                return;
        }
        series.Add(expectation);
    }

    private IEnumerable<MonitorReport> Report(WindowUpdate window) => window is WindowClosed closed
        ? _detectors.SelectMany(detector => Try(detector, window, () => detector.Report(closed))) : [];

    private IReadOnlyList<Assessment> TryAssess(IDetector detector, WindowUpdate window) => Try(detector, window, () => window switch
    {
        WindowClosed closed => detector.Assess(closed, _alerts.Active()),
        WindowRevised revised => detector.Reassess(revised),
        _ => [],
    });

    /// <summary>Skips a detector that throws; the others continue.</summary>
    private IReadOnlyList<T> Try<T>(IDetector detector, WindowUpdate window, Func<IReadOnlyList<T>> judge)
    {
        try
        {
            return judge();
        }
        catch (Exception e) when (RecordErrors.MayBeCausedByRecord(e))
        {
            var description = $"The {detector.Name} detector failed on the window that starts {window.Window.Start:u} in {_pipeline.Name}";
            _failures.Add(ProcessingFailure.Of(_windows.LastText, description, e));
            return [];
        }
    }

    /// <summary>Late texts can turn a normal window into a breach, which raises an alert, or withdraw a breach.</summary>
    private Transition? Apply(Assessment assessment, WindowUpdate window) => window is WindowClosed
        ? _alerts.Apply(assessment)
        : _alerts.ApplyRevision(assessment, _state.Windows.ClosedThrough ?? window.Window.End);

    private MonitorOutput OutputOf(Transition transition) => transition switch
    {
        Transition.Raised raised => new MonitorOutput.RaisedAlert(_alertBuilder.Build(raised, _windows.Recent)),
        Transition.Updated updated => new MonitorOutput.UpdatedAlert(_alertBuilder.Build(updated, _windows.Recent)),
        _ => new MonitorOutput.ResolvedAlert(AlertBuilder.Build(transition)),
    };
}

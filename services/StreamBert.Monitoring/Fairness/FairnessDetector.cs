using StreamBert.Contracts;
using StreamBert.Monitoring.Assessments;
using StreamBert.Monitoring.Counts;
using StreamBert.Monitoring.Feedback;
using StreamBert.Monitoring.Statistics;
using StreamBert.Monitoring.Windows;

namespace StreamBert.Monitoring.Fairness;

/// <summary>
/// Compares the rate of a label between the groups of an attribute. An alert needs anytime-valid evidence that a group differs from the
/// others by more than is tolerated and, over the last windows, a difference of at least the rule's <c>MaxDifference</c> whose interval
/// excludes zero, among groups with enough conversations. With fewer than two such groups the assessment is inconclusive: insufficient
/// data never resolves an alert, and is reported as a state of its own.
/// </summary>
internal sealed class FairnessDetector : IDetector
{
    /// <summary>The share of the rule's difference below which an alert clears.</summary>
    private const double ClearingShare = 0.7;

    /// <summary>The minimum number of windows to a false alarm, if windows are long.</summary>
    private const double MinimumWindowsToFalseAlarm = 20;

    private readonly FairnessRule _rule;
    private readonly FairnessOptions _options;
    private readonly FairnessState _state;
    private readonly GroupRates _rates;
    private readonly FairnessReporter _reporter;
    private readonly TimeSpan _window;
    private readonly string _ruleId;
    private readonly double _tolerated;
    private readonly double _windowsToFalseAlarm;
    private readonly AlertRule _alert;

    /// <param name="pipeline">The pipeline.</param>
    /// <param name="rule">The rule of the pipeline.</param>
    /// <param name="options">The thresholds.</param>
    /// <param name="falseAlarmInterval">The time in which one false alarm is allowed for this rule.</param>
    /// <param name="state">The state, which is changed with every window.</param>
    public FairnessDetector(
        PipelineOptions pipeline, FairnessRule rule, FairnessOptions options, TimeSpan falseAlarmInterval, FairnessState state)
    {
        (_rule, _ruleId, _options, _state, _window) = (rule, rule.Id(), options, state, pipeline.Monitor.Window);
        _tolerated = rule.MaxDifference * options.Tolerance;
        _windowsToFalseAlarm = Math.Max(MinimumWindowsToFalseAlarm, falseAlarmInterval / _window);
        _rates = new(rule, options, state);
        _reporter = new(pipeline.Name, rule, state, _rates);
        var series = new SeriesKey(pipeline.Name, rule.Head, SeriesKey.All);
        _alert = new(AlertKinds.Fairness, series, new(options.RaiseAfter, options.ClearAfter), _ruleId);
    }

    public string Name => "fairness";

    /// <summary>The number of comparisons: each group is tested in two directions.</summary>
    private int Comparisons => 2 * _state.Groups.Count;

    /// <summary>Returns the assessment of the rule; none before any group was seen.</summary>
    public IReadOnlyList<Assessment> Assess(WindowClosed window, ActiveAlerts alerts)
    {
        Track(window.Tracked.GroupsOf(_ruleId));
        AddLabels(window);
        if (_state.Groups.Count == 0)
            return [];
        var tallies = Tally(window.Counts, window.Window.End, isLate: false);
        _state.Rates.Add(window.Window.End, tallies, _options.Horizon);
        Bet(tallies);
        var evidence = Compare(window.Window.End);
        return [new(_alert, window.Window, ConditionOf(evidence), evidence)];
    }

    /// <summary>
    /// Adds the late texts of the window to the rates. Their conversations, if they have not counted, are bet on with the next window.
    /// </summary>
    public IReadOnlyList<Assessment> Reassess(WindowRevised window)
    {
        foreach (var (group, late) in Tally(window.Counts, window.Window.End, isLate: true))
        {
            if (late.Clusters == 0 || !_state.Rates.TryAddLate(window.Window.End, group, late))
                continue;
            foreach (var (name, evidence) in _state.Groups)
                (name == group ? evidence.Own : evidence.Others).Add(late);
        }
        return [];
    }

    /// <summary>Resets the evidence when the alert is resolved: the next alert needs evidence of its own.</summary>
    public void OnTransition(Transition transition)
    {
        if (transition is not Transition.Cleared)
            return;
        foreach (var group in _state.Groups.Values)
            group.Reset();
    }

    public IReadOnlyList<MonitorReport> Report(WindowClosed window) =>
        _reporter.Report(window.Window.End, _window, FindDifferent(), LogWealth(), AlarmEValue());

    private void Track(IReadOnlySet<string> tracked)
    {
        foreach (var name in _state.Groups.Keys.Where(name => !tracked.Contains(name)).ToList())
        {
            _state.Groups.Remove(name);
            _state.Rates.Remove(name);
        }
        foreach (var name in tracked)
            _state.Groups.TryAdd(name, new());
    }

    private void AddLabels(WindowClosed window)
    {
        foreach (var change in window.Labels)
        {
            if (change.Removed is { } former && GroupOf(former.Text) is { } of)
                _state.Labels.Remove(former, of, _rule.Label);
            if (change.Given is { } given && GroupOf(given) is { } group)
                _state.Labels.Add(given, group, _rule.Label, window.Window.End, change.IsFirst);
        }
    }

    private string? GroupOf(LabelledPrediction text)
    {
        var prefix = $"{_rule.Attribute}=";
        return text.Head != _rule.Head ? null
            : text.Segments.FirstOrDefault(segment => segment.StartsWith(prefix, StringComparison.Ordinal))?[prefix.Length..];
    }

    /// <summary>Counts the texts of the tracked groups, and the conversations that have not counted before.</summary>
    private Dictionary<string, GroupTally> Tally(WindowCounts window, DateTimeOffset end, bool isLate)
    {
        Dictionary<string, GroupTally> tallies = [];
        var counts = window.Groups.GetValueOrDefault(_ruleId) ?? [];
        foreach (var (group, count) in counts.OrderedByKey().Where(group => _state.Groups.ContainsKey(group.Key)))
        {
            var tally = tallies[group] = isLate ? new() : new() { Count = count.Count, Selected = count.Selected };
            foreach (var cluster in window.Clusters.OfGroup(_ruleId, group).OrderBy(static cluster => cluster.Key))
            {
                if (!_state.Counted.Add(cluster.Key, end))
                    continue;
                tally.AddCluster((double)cluster.Selected / cluster.Texts);
                if (isLate)
                    (tally.Count, tally.Selected) = (tally.Count + cluster.Texts, tally.Selected + cluster.Selected);
            }
        }
        return tallies;
    }

    private void Bet(Dictionary<string, GroupTally> tallies)
    {
        var all = new GroupTally();
        foreach (var tally in tallies.Values)
            all.Add(tally);
        foreach (var (name, evidence) in _state.Groups)
        {
            var own = tallies.GetValueOrDefault(name) ?? new();
            evidence.Update(own, all.Except(own), _tolerated);
        }
    }

    private FairnessEvidence Compare(DateTimeOffset end)
    {
        var (rates, windows) = _rates.Recent();
        var largest = LargestDifference([.. rates.Where(static group => group.Sufficient)]);
        return new()
        {
            Window = new(end - Math.Max(1, windows) * _window, end),
            Rule = _rule,
            Groups = rates,
            Largest = largest,
            Different = FindDifferent(),
            LogWealth = LogWealth(),
            AlarmEValue = AlarmEValue(),
            IsCritical = largest?.Value >= 2 * _rule.MaxDifference,
        };
    }

    /// <summary>Returns the groups of which e-BH, over both directions of all groups, rejects that they are treated alike.</summary>
    private List<string> FindDifferent()
    {
        var threshold = EBenjaminiHochberg.LogThreshold(
            _state.Groups.Values.SelectMany(static group => new[] { group.Higher.LogWealth, group.Lower.LogWealth }),
            1 / _windowsToFalseAlarm);
        return [.. _state.Groups.OrderedByKey().Where(group => group.Value.LogWealth >= threshold).Select(static group => group.Key)];
    }

    private double LogWealth() => _state.Groups.Values.Select(static group => group.LogWealth).DefaultIfEmpty(0).Max();

    private double AlarmEValue() => _windowsToFalseAlarm * Math.Max(1, Comparisons);

    private static GroupDifference? LargestDifference(List<GroupRate> groups)
    {
        if (groups.Count == 0)
            return null;
        GroupRate highest = groups.MaxBy(static group => group.Rate)!, lowest = groups.MinBy(static group => group.Rate)!;
        return ReferenceEquals(highest, lowest) ? null : new(highest, lowest, NewcombeInterval.Of(
            highest.Rate, GroupRates.EffectiveCount(highest), lowest.Rate, GroupRates.EffectiveCount(lowest)));
    }

    private Condition ConditionOf(FairnessEvidence evidence)
    {
        if (evidence.Largest is not { } largest)
            return Condition.Inconclusive;
        if (evidence.Different.Count > 0 && largest.Value >= _rule.MaxDifference && largest.Interval.Low > 0)
            return Condition.Breach;
        return largest.Value < ClearingShare * _rule.MaxDifference ? Condition.Normal : Condition.Inconclusive;
    }
}

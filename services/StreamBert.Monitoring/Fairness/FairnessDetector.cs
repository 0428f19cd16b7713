using System.Runtime.InteropServices;
using StreamBert.Contracts;
using StreamBert.Monitoring.Assessments;
using StreamBert.Monitoring.Counts;
using StreamBert.Monitoring.Statistics;
using StreamBert.Monitoring.Windows;

namespace StreamBert.Monitoring.Fairness;

/// <summary>
/// Compares the rate of a label between the groups of an attribute. An alert needs anytime-valid evidence that a group differs from the
/// others by more than is tolerated and, over the last windows, a difference of at least the rule's <c>MaxDifference</c> whose interval
/// excludes zero, among groups with enough texts. With fewer than two such groups the assessment is inconclusive: insufficient data
/// never resolves an alert.
/// </summary>
internal sealed class FairnessDetector : IDetector
{
    /// <summary>The share of the rule's difference below which an alert clears.</summary>
    private const double ClearingShare = 0.7;

    /// <summary>The minimum number of windows to a false alarm, if windows are long.</summary>
    private const double MinimumWindowsToFalseAlarm = 20;

    private readonly FairnessRule _rule;
    private readonly FairnessOptions _options;
    private readonly Dictionary<string, GroupEvidence> _groups;
    private readonly TimeSpan _window;
    private readonly string _ruleId;
    private readonly double _tolerated;
    private readonly double _windowsToFalseAlarm;
    private readonly AlertRule _alert;

    /// <param name="pipeline">The pipeline.</param>
    /// <param name="rule">The rule of the pipeline.</param>
    /// <param name="options">The thresholds.</param>
    /// <param name="falseAlarmInterval">The time in which one false alarm is allowed.</param>
    /// <param name="groups">The state: group → evidence.</param>
    public FairnessDetector(
        PipelineOptions pipeline, FairnessRule rule, FairnessOptions options, TimeSpan falseAlarmInterval,
        Dictionary<string, GroupEvidence> groups)
    {
        (_rule, _ruleId, _options, _groups, _window) = (rule, rule.Id(), options, groups, pipeline.Monitor.Window);
        _tolerated = rule.MaxDifference * options.Tolerance;
        _windowsToFalseAlarm = Math.Max(MinimumWindowsToFalseAlarm, falseAlarmInterval / _window);
        var series = new SeriesKey(pipeline.Name, rule.Head, SeriesKey.All);
        _alert = new(AlertKinds.Fairness, series, new(options.RaiseAfter, options.ClearAfter), _ruleId);
    }

    public string Name => "fairness";

    /// <summary>The e-value from which on the evidence is sufficient: each group is tested in two directions.</summary>
    private double AlarmEValue => _windowsToFalseAlarm * 2 * _groups.Count;

    /// <summary>Returns the assessment of the rule; none before any group was seen.</summary>
    public IReadOnlyList<Assessment> Assess(WindowClosed window, ActiveAlerts alerts)
    {
        Track(window.Tracked.GroupsOf(_ruleId));
        if (_groups.Count == 0)
            return [];
        var counts = window.Counts.Groups.GetValueOrDefault(_ruleId) ?? [];
        Bet(counts, window.Window);
        foreach (var (name, group) in _groups)
            group.Add(window.Window.End, counts.GetValueOrDefault(name), _options.MaximumWindows);
        var evidence = Compare(window.Window.End);
        foreach (var group in _groups.Values)
            group.BeginWindow();
        return [new(_alert, window.Window, ConditionOf(evidence), evidence)];
    }

    /// <summary>Bets on the late texts of the window, and updates the counts with which the next window is compared.</summary>
    public IReadOnlyList<Assessment> Reassess(WindowRevised window)
    {
        var late = new Dictionary<string, GroupCounts>();
        foreach (var (name, counts) in window.Counts.Groups.GetValueOrDefault(_ruleId) ?? [])
        {
            if (_groups.TryGetValue(name, out var group))
                late[name] = group.Revise(window.Window.End, counts);
        }
        Bet(late, window.Window);
        return [];
    }

    /// <summary>Resets the evidence when the alert is resolved: the next alert needs evidence of its own.</summary>
    public void OnTransition(Transition transition)
    {
        if (transition is not Transition.Cleared)
            return;
        foreach (var group in _groups.Values)
            group.Reset();
    }

    private void Track(IReadOnlySet<string> tracked)
    {
        foreach (var name in _groups.Keys.Where(name => !tracked.Contains(name)).ToList())
            _groups.Remove(name);
        foreach (var name in tracked)
        {
            if (_groups.TryAdd(name, new()))
                _groups[name].BeginWindow();
        }
    }

    /// <summary>
    /// Pairs the texts of a window in a random order. Given the counts, every order is equally likely while the groups are treated alike,
    /// and the result does not depend on the order in which texts were read.
    /// </summary>
    private void Bet(IReadOnlyDictionary<string, GroupCounts> counts, TimeWindow window)
    {
        List<(string Group, bool IsSelected)> texts = [];
        foreach (var (group, count) in counts.OrderedByKey().Where(group => _groups.ContainsKey(group.Key)))
        {
            for (long text = 0; text < count.Count; text++)
                texts.Add((group, text < count.Selected));
        }
        new Random((int)StableHash.Of($"{_ruleId} {window.Start.UtcTicks}")).Shuffle(CollectionsMarshal.AsSpan(texts));
        foreach (var (group, isSelected) in texts)
        {
            foreach (var (name, evidence) in _groups)
                evidence.Update(name == group, isSelected, _tolerated);
        }
    }

    private FairnessEvidence Compare(DateTimeOffset end)
    {
        var windows = WindowsToCompare();
        var rates = _groups.Select(group => RateOf(group.Key, group.Value.Total(windows)))
            .OrderBy(static group => group.Group, StringComparer.Ordinal).ToList();
        var largest = LargestDifference([.. rates.Where(static group => group.Sufficient)]);
        return new()
        {
            Window = new(end - Math.Min(windows, _groups.Values.Max(static group => group.Windows.Count)) * _window, end),
            Rule = _rule,
            Groups = rates,
            Largest = largest,
            LogWealth = _groups.Values.Max(static group => group.LogWealth),
            AlarmEValue = AlarmEValue,
            IsCritical = largest?.Value >= 2 * _rule.MaxDifference,
        };
    }

    private static GroupDifference? LargestDifference(List<GroupRate> groups)
    {
        if (groups.Count == 0)
            return null;
        GroupRate highest = groups.MaxBy(static group => group.Rate)!, lowest = groups.MinBy(static group => group.Rate)!;
        return ReferenceEquals(highest, lowest) ? null
            : new(highest, lowest, NewcombeInterval.Of(highest.Selected, highest.Count, lowest.Selected, lowest.Count));
    }

    /// <summary>
    /// Returns the smallest number of windows in which every main group has enough texts. It depends on the number of texts, not on their
    /// labels.
    /// </summary>
    private int WindowsToCompare()
    {
        var all = _groups.Values.Select(group => (Group: group, group.Total(_options.MaximumWindows).Count)).ToList();
        var minimum = _options.MainGroupShare * all.Sum(static group => group.Count);
        var needed = all.Where(group => group.Count > 0 && group.Count >= minimum)
            .Select(group => group.Group.WindowsFor(_rule.MinimumCount)).DefaultIfEmpty(0).Max();
        return Math.Clamp(needed, Math.Min(_options.MinimumWindows, _options.MaximumWindows), _options.MaximumWindows);
    }

    private GroupRate RateOf(string name, GroupCounts total)
    {
        var (count, selected) = (total.Count, total.Selected);
        return new(name, count, selected, Rate.Of(selected, count), WilsonInterval.Of(selected, count), count >= _rule.MinimumCount);
    }

    private Condition ConditionOf(FairnessEvidence evidence)
    {
        if (evidence.Largest is not { } largest)
            return Condition.Inconclusive;
        var isEvident = evidence.LogWealth >= Math.Log(evidence.AlarmEValue);
        if (isEvident && largest.Value >= _rule.MaxDifference && largest.Interval.Low > 0)
            return Condition.Breach;
        return largest.Value < ClearingShare * _rule.MaxDifference ? Condition.Normal : Condition.Inconclusive;
    }
}

using System.Runtime.InteropServices;
using StreamBert.Contracts;
using StreamBert.Monitoring.Alerts;
using StreamBert.Monitoring.Statistics;
using StreamBert.Monitoring.Tables;
using StreamBert.Monitoring.Windows;

namespace StreamBert.Monitoring.Fairness;

/// <summary>
/// Compares the rate of a label between the groups of an attribute. An alert needs anytime-valid evidence that some group differs from
/// the others by more than is tolerated, and over the last windows a difference of at least the rule's own whose interval excludes
/// zero, among groups with enough texts. With fewer than two such groups there is no judgement: "insufficient data" is never a
/// green light, so an open alert stays open.
/// </summary>
public sealed class FairnessDetector
{
    /// <summary>One text, 33 windows ago.</summary>
    private const double HardlyUsed = 0.1;

    private readonly PipelineOptions _pipeline;
    private readonly FairnessRule _rule;
    private readonly FairnessOptions _options;
    private readonly Dictionary<string, GroupEvidence> _groups;
    private readonly int _maxGroups;
    private readonly Examples _examples;
    private readonly double _tolerated;
    private readonly double _windowsToFalseAlarm;
    private readonly SeriesKey _series;

    public FairnessDetector(
        PipelineOptions pipeline, FairnessRule rule, FairnessOptions options, TimeSpan falseAlarmInterval, int maxGroups,
        Dictionary<string, GroupEvidence> groups, Examples examples)
    {
        (_pipeline, _rule, _options, _groups, _maxGroups, _examples) = (pipeline, rule, options, groups, maxGroups, examples);
        _tolerated = rule.MaxDifference * options.Tolerance;
        _windowsToFalseAlarm = Math.Max(20, falseAlarmInterval / pipeline.Monitor.Window);
        _series = new(pipeline.Name, rule.Head, SeriesKey.All);
    }


    /// <summary>The verdict at the close of a window; null before any group was seen.</summary>
    public Verdict? Judge(WindowClosed window)
    {
        var counts = window.Counts.Groups.GetValueOrDefault(_rule.Key()) ?? [];
        window.Counts.Pressure.Add(KeepGroups(counts, window.Counts.Outside.GetValueOrDefault(TableDetector.Groups + _rule.Key())));
        if (_groups.Count == 0)
            return null;
        Bet(counts, window.Window);
        foreach (var (name, evidence) in _groups)
            evidence.Push(window.Window.End, counts.GetValueOrDefault(name), _options.MaximumWindows);
        var result = Compare();
        foreach (var evidence in _groups.Values)
            evidence.BeginWindow();
        return new(Alerts.Verdict.FingerprintOf(AlertKinds.Fairness, _series, _rule.Key()), AlertKinds.Fairness, _series, window.Window,
            Judgement(result), new(_options.RaiseAfter, _options.ClearAfter), () => Alert(result, window.Window), () => Ended(result));
    }

    /// <summary>
    /// Takes over what late texts have changed in a window: they are evidence too, and the next window is compared with them.
    /// </summary>
    public void Revise(WindowClosed window)
    {
        var late = (window.Counts.Groups.GetValueOrDefault(_rule.Key()) ?? []).Where(group => _groups.ContainsKey(group.Key))
            .ToDictionary(static group => group.Key, group => _groups[group.Key].Revise(window.Window.End, group.Value));
        Bet(late, window.Window);
    }

    /// <summary>
    /// Gives places to the groups used most of late. A group that never had enough texts to be compared goes as soon as it is hardly used
    /// any more: it would only make the others' evidence harder to have.
    /// </summary>
    private TablePressure KeepGroups(Dictionary<string, GroupCounts> counts, long outside)
    {
        var uses = _groups.ToDictionary(static group => group.Key, static group => group.Value.RecentUses);
        var change = RecentUse.Update(
            TableDetector.Groups + _rule.Key(),
            uses,
            counts.Select(static group => KeyValuePair.Create(group.Key, group.Value.Count)),
            _maxGroups,
            outside);
        foreach (var group in change.Went)
            _groups.Remove(group);
        foreach (var group in change.Came.Where(uses.ContainsKey))
        {
            _groups[group] = new();
            _groups[group].BeginWindow();
        }
        foreach (var (group, use) in uses)
        {
            _groups[group].Use = use;
            _groups[group].Texts += counts.GetValueOrDefault(group)?.Count ?? 0;
            if (use < HardlyUsed && _groups[group].Texts < _rule.MinimumCount)
                _groups.Remove(group);
        }
        return change.Pressure;
    }

    /// <summary>
    /// Pairs the texts of a window at random: given how many there are of each sort, every order is as likely while the groups are treated
    /// alike,
    /// and the order in which they were read leaves no trace.
    /// </summary>
    private void Bet(IReadOnlyDictionary<string, GroupCounts> counts, TimeWindow window)
    {
        List<(string Group, bool Selected)> texts = [];
        foreach (var (group, count) in counts.InOrder().Where(group => _groups.ContainsKey(group.Key)))
        {
            for (long text = 0; text < count.Count; text++)
                texts.Add((group, text < count.Selected));
        }
        new Random((int)StableHash.Of($"{_rule.Key()} {window.Start.UtcTicks}")).Shuffle(CollectionsMarshal.AsSpan(texts));
        foreach (var (group, selected) in texts)
        {
            foreach (var (name, evidence) in _groups)
                evidence.Update(name == group, selected, _tolerated);
        }
    }

    /// <summary>The groups' rates over the last windows; highest and lowest among those with enough texts.</summary>
    private sealed record Comparison(
        int Windows, IReadOnlyList<GroupRate> Groups, GroupRate? Highest, GroupRate? Lowest, Interval Interval, double LogWealth)
    {
        public bool Sufficient => Highest is not null && !ReferenceEquals(Highest, Lowest);
        public double Difference => Sufficient ? Highest!.Rate - Lowest!.Rate : 0;
    }

    private Comparison Compare()
    {
        var windows = Horizon();
        var groups = _groups.Select(group => Rate(group.Key, group.Value.Total(windows)))
            .OrderBy(static group => group.Group, StringComparer.Ordinal)
            .ToList();
        var sufficient = groups.Where(static group => group.Sufficient).ToList();
        GroupRate? highest = sufficient.MaxBy(static group => group.Rate), lowest = sufficient.MinBy(static group => group.Rate);
        var interval = highest is null || ReferenceEquals(highest, lowest) ? new Interval(-1, 1)
            : Rates.Newcombe(highest.Selected, highest.Count, lowest!.Selected, lowest.Count);
        return new(windows, groups, highest, lowest, interval, _groups.Values.Max(static group => group.LogWealth));
    }

    /// <summary>
    /// The fewest windows in which every main group has enough texts. It depends on how many texts came, not on their labels.
    /// </summary>
    private int Horizon()
    {
        var all = _groups.Values.Select(group => (Group: group, group.Total(_options.MaximumWindows).Count)).ToList();
        var main = all.Where(group => group.Count > 0 && group.Count >= _options.MainGroup * all.Sum(static other => other.Count))
            .Select(static group => group.Group)
            .ToList();
        var needed = main.Select(group => group.WindowsFor(_rule.MinimumCount)).DefaultIfEmpty(0).Max();
        return Math.Clamp(needed, Math.Min(_options.MinimumWindows, _options.MaximumWindows), _options.MaximumWindows);
    }

    private GroupRate Rate(string name, GroupCounts total) => new(
        name, total.Count, total.Selected, Rates.Of(total.Selected, total.Count), WilsonInterval.Of(total.Selected, total.Count), total
            .Count >= _rule.MinimumCount);

    private Judgement Judgement(Comparison result)
    {
        if (!result.Sufficient)
            return Alerts.Judgement.Unclear;
        var evident = result.LogWealth >= Math.Log(_windowsToFalseAlarm * 2 * _groups.Count);
        if (evident && result.Difference >= _rule.MaxDifference && result.Interval.Low > 0)
            return Alerts.Judgement.Breach;
        return result.Difference < 0.7 * _rule.MaxDifference ? Alerts.Judgement.Calm : Alerts.Judgement.Unclear;
    }

    private AlertRaised Alert(Comparison result, TimeWindow window)
    {
        GroupRate high = result.Highest!, low = result.Lowest!;
        var span = new TimeWindow(
            window.End - Math.Min(result.Windows, _groups.Values.Max(static group => group.Windows.Count)) * _pipeline.Monitor.Window,
            window.End);
        var alert = new AlertRaised
        {
            Id = "",
            Fingerprint = "",
            Kind = AlertKinds.Fairness,
            Series = _series,
            Severity = result.Difference >= 2 * _rule.MaxDifference ? "critical" : "warning",
            Title = $"{_rule.Attribute} “{high.Group}” gets “{_rule.Label}” more often than “{low.Group}” in {_pipeline.Name}: {Words.Percent(high.Rate)} against {Words.Percent(low.Rate)}",
            Message = $"From {Words.Span(span)}, {Words.Number(high.Selected)} of {Words.Number(high.Count)} texts of {_rule.Attribute} “{high.Group}” were “{_rule.Label}” ({Words.Range(high.Interval)}), "
                + $"of “{low.Group}” {Words.Number(low.Selected)} of {Words.Number(low.Count)} ({Words.Range(low.Interval)}). "
                + $"The difference is {Words.Percent(result.Difference)} ({Words.Range(result.Interval)}); {Words.Percent(_rule.MaxDifference)} is allowed.{Insufficient(result)}",
            Window = span,
            RaisedAt = span.End,
            Value = result.Difference,
            Baseline = 0,
            Unit = "share",
            Interval = result.Interval,
            Count = result.Groups.Sum(static group => group.Count),
            Evidence = Math.Exp(result.LogWealth),
            EvidenceKind = $"e-value, betting on pairs of texts, alarm at {Words.Number(_windowsToFalseAlarm * 2 * _groups.Count)}",
            Fairness = Violation(result),
        };
        return _examples.AddTo(alert, _rule.Head, span,
            (text, answer) => answer.Label == _rule.Label && text.Groups?.GetValueOrDefault(_rule.Attribute) == high.Group);
    }

    private FairnessViolated Violation(Comparison result) => new()
    {
        Attribute = _rule.Attribute,
        Label = _rule.Label,
        Difference = result.Difference,
        Ratio = result.Highest!.Rate > 0 ? result.Lowest!.Rate / result.Highest.Rate : 1,
        DifferenceInterval = result.Interval,
        Groups = result.Groups,
    };

    private static string Insufficient(Comparison result)
    {
        var few = result.Groups.Where(static group => !group.Sufficient).Select(static group => $"“{group.Group}”").ToList();
        return few.Count == 0 ? "" : $" Too few texts to say anything of {string.Join(", ", few)}.";
    }

    private Resolution Ended(Comparison result)
    {
        foreach (var evidence in _groups.Values)
            evidence.Reset(); // the next alert needs evidence of its own
        return new(result.Difference, 0, $"The greatest difference between groups with enough texts is down to {Words.Percent(result.Difference)}; {Words.Percent(_rule.MaxDifference)} is allowed.");
    }
}

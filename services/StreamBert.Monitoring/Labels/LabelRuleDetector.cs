using StreamBert.Contracts;
using StreamBert.Monitoring.Assessments;
using StreamBert.Monitoring.Baselines;
using StreamBert.Monitoring.Statistics;
using StreamBert.Monitoring.Windows;

namespace StreamBert.Monitoring.Labels;

/// <summary>
/// Detects changes of the share or the count of labels, by the label rules of a pipeline, in the whole pipeline and in its segments. The
/// unit of evidence is the cluster (a story or a subject). Two statistics share the budget of false alarms: the tail of pooled counts over
/// spans of 1, 2, 4, … windows up to a day, and a CUSUM against the last good weeks. Its memory is one state per rule and segment.
/// </summary>
internal sealed class LabelRuleDetector : IDetector
{
    private static readonly bool[] Directions = [true, false];
    private static readonly int[] Scales = [.. Enumerable.Range(0, sizeof(long) * 8)];

    private readonly PipelineOptions _pipeline;
    private readonly WeekCalendar _calendar;
    private readonly int _revisableWindows;
    private readonly List<WatchedRule> _rules;

    /// <param name="pipeline">The pipeline.</param>
    /// <param name="revisableWindows">The number of closed windows that late texts can revise.</param>
    /// <param name="states">The state: rule → what is known of its series.</param>
    public LabelRuleDetector(PipelineOptions pipeline, int revisableWindows, Dictionary<string, LabelRuleState> states)
    {
        (_pipeline, _revisableWindows, _calendar) = (pipeline, revisableWindows, new(pipeline.Monitor.Rules));
        _rules = [.. pipeline.LabelRules.Select(rule => new WatchedRule(rule, pipeline, StateOf(rule)))];

        LabelRuleState StateOf(LabelRule rule)
        {
            if (!states.TryGetValue(rule.Id(), out var state))
                states[rule.Id()] = state = new();
            return state;
        }
    }

    public string Name => "labels";

    /// <summary>Head and label → the share in the data that the model was trained on; it is the prior of a series without
    /// history.</summary>
    public Func<string, string, double?> ReferenceShare { get; init; } = static (_, _) => null;

    public IReadOnlyList<Assessment> Assess(WindowClosed window, ActiveAlerts alerts)
    {
        var judged = LabelWindow.Of(window.Window, _calendar) with { IsPartial = window.Counts.IsPartial };
        foreach (var rule in _rules)
            rule.UpdateSeries(window, alerts);
        var budget = BudgetOf();
        List<Assessment> assessments = [];
        foreach (var rule in _rules)
            Assess(rule, window, judged, alerts, budget, assessments);
        foreach (var pool in _rules.SelectMany(static rule => rule.State.Pools.Values))
            pool.Dispersion.Refresh();
        return assessments;
    }

    public IReadOnlyList<Assessment> Reassess(WindowRevised window)
    {
        var judged = LabelWindow.Of(window.Window, _calendar);
        List<Assessment> assessments = [];
        foreach (var (head, segment) in window.Series)
        {
            foreach (var rule in _rules.Where(rule => rule.Rule.Head == head))
            {
                if (rule.Find(segment) is { } series)
                    Reassess(rule, series, window, judged, assessments);
            }
        }
        return assessments;
    }

    /// <summary>When an alert is resolved, the spans start again: the next alert needs evidence of its own.</summary>
    public void OnTransition(Transition transition)
    {
        if (transition is Transition.Raised)
            return;
        foreach (var rule in _rules)
            rule.Restart(transition.Alert.Fingerprint, isAdopted: transition is Transition.Adopted);
    }

    private LabelBudget BudgetOf() => new(
        _pipeline.Monitor.Rules.Budget, _pipeline.Monitor.Window,
        [.. _rules.Where(static rule => rule.Rule.Threshold is null).Select(static rule => (rule.Rule, rule.State.Series.Count - 1))]);

    private void Assess(
        WatchedRule rule, WindowClosed window, LabelWindow judged, ActiveAlerts alerts, LabelBudget budget, List<Assessment> assessments)
    {
        var update = new LabelSeriesUpdate(rule.Rule, budget, _revisableWindows);
        var counts = window.Counts.Series.GetValueOrDefault(rule.Rule.Head) ?? [];
        var prior = rule.Rule.Measure == LabelMeasure.Share ? ReferenceShare(rule.Rule.Head, rule.Rule.Label) : null;
        BaselineEstimate? whole = null;
        foreach (var watched in rule.Series)
        {
            var (series, model) = (watched.Series, watched.Model);
            var label = LabelCounts.Of(counts.GetValueOrDefault(watched.Segment), rule.Rule.Label);
            var parent = rule.Rule.Measure == LabelMeasure.Share ? whole : null;
            var known = watched.IsAll && !series.HasAdopted ? prior : null;
            var prediction = model.Seasonal.Predict(series.Baseline, judged.Slot, parent, known) ?? rule.FixedEstimate;
            if (watched.IsAll)
                whole = prediction;
            var largest = update.Add(series, model, judged, label, prediction, watched.IsAll);
            var scales = Scales.AsSpan(model.FirstScale, Math.Max(1, largest + 1 - model.FirstScale));
            var isAlarmed = watched.IsActive(alerts);
            if (prediction is not null)
                isAlarmed |= Judge(rule, watched, judged, scales, alerts, assessments);
            LabelSeriesUpdate.Learn(series, model, judged, label, largest, isAlarmed, parent, known is not null);
        }
    }

    private static void Reassess(
        WatchedRule rule, WatchedSeries series, WindowRevised window, LabelWindow judged, List<Assessment> assessments)
    {
        var counts = LabelCounts.Of(window.Counts.Find(rule.Rule.Head, series.Segment), rule.Rule.Label);
        var scales = LabelSeriesUpdate.Revise(series.Series, series.Model, judged, counts);
        if (scales.Count > 0)
            Judge(rule, series, judged, [.. scales], alerts: null, assessments);
    }

    /// <summary>Adds the assessments of a series, and returns whether one of them is a breach.</summary>
    private static bool Judge(
        WatchedRule rule, WatchedSeries series, LabelWindow window, ReadOnlySpan<int> scales, ActiveAlerts? alerts,
        List<Assessment> assessments)
    {
        var isBreach = false;
        foreach (var isAbove in Directions)
        {
            if (series.AlertOf(isAbove) is not { } alert)
                continue;
            var isActive = alerts?.Contains(alert) ?? true;
            var assessment = rule.Judge.Judge(alert, series.Series, series.Model, window, scales, isActive, isAbove);
            isBreach |= assessment.Condition == Condition.Breach;
            assessments.Add(assessment);
        }
        return isBreach;
    }
}

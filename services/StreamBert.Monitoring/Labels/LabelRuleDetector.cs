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
        List<Assessment> assessments = [.. _rules.SelectMany(rule => Assess(rule, window, judged, alerts, budget))];
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
                if (rule.State.Series.TryGetValue(segment, out var series))
                    assessments.AddRange(Reassess(rule, segment, series, window, judged));
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

    private List<Assessment> Assess(WatchedRule rule, WindowClosed window, LabelWindow judged, ActiveAlerts alerts, LabelBudget budget)
    {
        var update = new LabelSeriesUpdate(rule.Rule, budget, _revisableWindows);
        var counts = window.Counts.Series.GetValueOrDefault(rule.Rule.Head) ?? [];
        var prior = rule.Rule.Measure == LabelMeasure.Share ? ReferenceShare(rule.Rule.Head, rule.Rule.Label) : null;
        List<Assessment> assessments = [];
        BaselineEstimate? whole = null;
        foreach (var (segment, series) in rule.OrderedSeries())
        {
            var isAll = segment == SeriesKey.All;
            var (model, label) = (rule.ModelOf(segment), LabelCounts.Of(counts.GetValueOrDefault(segment), rule.Rule.Label));
            var parent = rule.Rule.Measure == LabelMeasure.Share ? whole : null;
            var known = isAll && !series.HasAdopted ? prior : null;
            var prediction = model.Seasonal.Predict(series.Baseline, judged.Slot, parent, known) ?? rule.FixedEstimate;
            if (isAll)
                whole = prediction;
            var largest = update.Add(series, model, judged, label, prediction, isAll);
            var isAlarmed = rule.AlertsOf(segment).Any(alert => alerts.Contains(alert));
            var before = assessments.Count;
            List<int> scales = [.. Enumerable.Range(model.FirstScale, Math.Max(1, largest + 1 - model.FirstScale))];
            if (prediction is not null)
                assessments.AddRange(Judge(rule, segment, series, judged, scales, alerts));
            isAlarmed |= assessments.Skip(before).Any(static assessment => assessment.Condition == Condition.Breach);
            LabelSeriesUpdate.Learn(series, model, judged, label, largest, isAlarmed, parent, known is not null);
        }
        return assessments;
    }

    private static IEnumerable<Assessment> Reassess(
        WatchedRule rule, string segment, LabelSeries series, WindowRevised window, LabelWindow judged)
    {
        var counts = LabelCounts.Of(window.Counts.Find(rule.Rule.Head, segment), rule.Rule.Label);
        var scales = LabelSeriesUpdate.Revise(series, rule.ModelOf(segment), judged, counts);
        return scales.Count == 0 ? [] : Judge(rule, segment, series, judged, scales, alerts: null);
    }

    private static IEnumerable<Assessment> Judge(
        WatchedRule rule, string segment, LabelSeries series, LabelWindow window, IReadOnlyList<int> scales, ActiveAlerts? alerts)
    {
        foreach (var isAbove in Directions.Where(isAbove => rule.Rule.Watches(isAbove)))
        {
            var alert = rule.AlertOf(segment, isAbove);
            yield return rule.Judge.Judge(alert, series, rule.ModelOf(segment), window, scales, alerts?.Contains(alert) ?? true, isAbove);
        }
    }
}

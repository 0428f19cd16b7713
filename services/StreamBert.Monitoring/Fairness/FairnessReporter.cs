using StreamBert.Contracts;
using StreamBert.Monitoring.Assessments;

namespace StreamBert.Monitoring.Fairness;

/// <summary>
/// Reports the state of a rule when it changes, at most once an hour of event time. Numbers change with every text; the state, the
/// sufficiency of the groups and the labels are what counts as a change, and the numbers are refreshed once a day.
/// </summary>
internal sealed class FairnessReporter(string pipeline, FairnessRule rule, FairnessState state, GroupRates rates)
{
    private static readonly TimeSpan MinimumInterval = TimeSpan.FromHours(1);

    /// <summary>Returns the report if it is due.</summary>
    /// <param name="end">The end of the window.</param>
    /// <param name="window">The length of a window.</param>
    /// <param name="different">The groups whose evidence is sufficient.</param>
    /// <param name="logWealth">The logarithm of the largest e-value.</param>
    /// <param name="alarmEValue">The e-value from which on the alert fires.</param>
    public IReadOnlyList<MonitorReport> Report(
        DateTimeOffset end, TimeSpan window, IReadOnlyList<string> different, double logWealth, double alarmEValue)
    {
        if (state.Reported is not null && end - state.ReportedAt < MinimumInterval)
            return [];
        var report = Build(end, window, different, logWealth, alarmEValue);
        var content = ContentOf(report);
        if (content == state.Reported)
            return [];
        (state.Reported, state.ReportedAt) = (content, end);
        return [new MonitorReport.Fairness(report)];
    }

    private FairnessReported Build(
        DateTimeOffset end, TimeSpan window, IReadOnlyList<string> different, double logWealth, double alarmEValue)
    {
        var needed = Needed();
        var (groups, windows) = rates.OverHorizon(needed);
        var observed = groups.Where(static group => group.Count > 0)
            .Select(static group => new EffectiveRate(group.Group, group.Rate, GroupRates.EffectiveCount(group))).ToList();
        var (labelMeasures, basis) = LabelMeasuresOf(groups);
        var parity = GroupComparison.Gap(FairnessMeasure.DemographicParityDifference, observed, rule.MaxDifference);
        return new()
        {
            Pipeline = pipeline,
            Rule = rule.Id(),
            Attribute = rule.Attribute,
            Head = rule.Head,
            Label = rule.Label,
            Window = new(end - Math.Max(1, windows) * window, end),
            State = StateOf(groups, different),
            MaxDifference = rule.MaxDifference,
            NeededPerGroup = needed,
            Groups = groups,
            Measures =
            [
                parity, GroupComparison.Ratio(FairnessMeasure.DemographicParityRatio, observed, rule.MaxDifference), .. labelMeasures,
            ],
            LabelBasis = basis,
            EValue = Math.Exp(logWealth),
            AlarmEValue = alarmEValue,
        };
    }

    private long Needed()
    {
        var (groups, _) = rates.OverHorizon(0);
        var texts = groups.Sum(static group => group.Count);
        var pooled = texts > 0 ? (double)groups.Sum(static group => group.Selected) / texts : 0.5;
        return Math.Max(rule.MinimumCount, TwoProportionPower.RequiredForDifference(pooled, rule.MaxDifference));
    }

    /// <summary>Fewer than two groups, or one with too few conversations, is insufficient data: never a green light.</summary>
    private static string StateOf(IReadOnlyList<GroupRate> groups, IReadOnlyList<string> different) =>
        different.Count > 0 ? FairnessReported.Different
        : groups.Count >= 2 && groups.All(static group => group.Sufficient) ? FairnessReported.NoDifference : FairnessReported.Insufficient;

    /// <summary>Uses the random sample alone if it suffices for some measure, else all feedback.</summary>
    private (IReadOnlyList<FairnessMeasure> Measures, string? Basis) LabelMeasuresOf(IReadOnlyList<GroupRate> groups)
    {
        List<string> names = [.. groups.Select(static group => group.Group)];
        var sample = state.Labels.Sum(names, includeOthers: false);
        if (LabelMeasures.Of(sample, rule.MaxDifference) is var ofSample && ofSample.Any(static measure => measure.Sufficient))
            return (ofSample, "sample");
        var all = state.Labels.Sum(names, includeOthers: true);
        return all.Values.All(static tally => tally.Count == 0)
            ? ([], null) : (LabelMeasures.Of(all, rule.MaxDifference), BasisOf(all, sample));
    }

    private static string BasisOf(Dictionary<string, LabelTally> all, Dictionary<string, LabelTally> sample) =>
        all.Values.Sum(static tally => tally.Count) == sample.Values.Sum(static tally => tally.Count) ? "sample" : "feedback";

    /// <summary>Describes what counts as a change.</summary>
    private static string ContentOf(FairnessReported report) => string.Join(
        ' ',
        [
            report.State, report.Window.End.UtcDateTime.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture),
            .. report.Groups.Select(static group => $"{group.Group}:{group.Sufficient}"),
            .. report.Measures.Select(static measure => $"{measure.Name}:{measure.Sufficient}"),
        ]);
}

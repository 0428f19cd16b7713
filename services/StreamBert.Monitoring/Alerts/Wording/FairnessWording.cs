using StreamBert.Contracts;
using StreamBert.Monitoring.Assessments;
using StreamBert.Monitoring.Fairness;
using static StreamBert.Monitoring.Alerts.Wording.AlertFormat;

namespace StreamBert.Monitoring.Alerts.Wording;

/// <summary>Writes the alerts of differences between groups.</summary>
internal static class FairnessWording
{
    public static AlertWording Of(AlertRule rule, FairnessEvidence fairness) => new()
    {
        Title = Title(fairness, rule.Series),
        Message = Message(fairness),
        EvidenceKind = $"e-value, betting on the means of conversations per window, alarm at {Number(fairness.AlarmEValue)}",
        Resolution = $"The largest difference between groups with enough texts has decreased to {Percent(fairness.Value)}; "
            + $"{Percent(fairness.Rule.MaxDifference)} is allowed.",
    };

    private static string Title(FairnessEvidence fairness, SeriesKey series)
    {
        var (attribute, label) = (fairness.Rule.Attribute, fairness.Rule.Label);
        return fairness.Largest is not { Highest: var high, Lowest: var low }
            ? $"Too few texts to compare the groups of {attribute} in {series.Pipeline}"
            : $"{attribute} “{high.Group}” gets “{label}” more often than “{low.Group}” in {series.Pipeline}: "
                + $"{Percent(high.Rate)} against {Percent(low.Rate)}";
    }

    private static string Message(FairnessEvidence fairness)
    {
        if (fairness.Largest is not { Highest: var high, Lowest: var low } largest)
            return $"Fewer than two groups have enough texts from {Window(fairness.Window)}.";
        var (attribute, label) = (fairness.Rule.Attribute, fairness.Rule.Label);
        return $"From {Window(fairness.Window)}, {Rate(high)} texts of {attribute} “{high.Group}” were “{label}” "
            + $"({Interval(high.Interval)}), of “{low.Group}” {Rate(low)} ({Interval(low.Interval)}). "
            + $"The difference is {Percent(largest.Value)} ({Interval(largest.Interval)}); "
            + $"{Percent(fairness.Rule.MaxDifference)} is allowed.{InsufficientGroups(fairness)}";
    }

    private static string Rate(GroupRate group) => $"{Number(group.Selected)} of {Number(group.Count)}";

    private static string InsufficientGroups(FairnessEvidence fairness)
    {
        var groups = fairness.Groups.Where(static group => !group.Sufficient).Select(static group => $"“{group.Group}”").ToList();
        return groups.Count == 0 ? "" : $" Too few texts to compare {string.Join(", ", groups)}.";
    }
}

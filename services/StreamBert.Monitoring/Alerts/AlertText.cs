using StreamBert.Contracts;
using StreamBert.Monitoring.Assessments;
using StreamBert.Monitoring.Capacity;
using StreamBert.Monitoring.Drift;
using StreamBert.Monitoring.Fairness;
using StreamBert.Monitoring.Surges;
using StreamBert.Monitoring.Volume;
using static StreamBert.Monitoring.Alerts.AlertFormat;

namespace StreamBert.Monitoring.Alerts;

/// <summary>Writes the titles and messages of alerts: the only place with their prose.</summary>
internal static class AlertText
{
    /// <summary>Writes one line that states what was observed.</summary>
    public static string Title(Assessment assessment)
    {
        var series = assessment.Rule.Series;
        return assessment.Evidence switch
        {
            ShareEvidence share =>
                $"Surge of {share.Label} texts in {Series(series)}: {Percent(share.Value)}, usually {Percent(share.Expected)}",
            VolumeEvidence volume when assessment.Rule.Kind == AlertKinds.VolumeSilence =>
                $"{series.Pipeline} receives {(volume.Texts == 0 ? "no" : "almost no")} texts, usually {Number(volume.Expected)}",
            VolumeEvidence volume => $"{Number(volume.Texts)} texts per window in {series.Pipeline}, usually {Number(volume.Expected)}",
            DriftEvidence drift => $"{Subject(drift.Measure)} of {drift.Head} in {series.Pipeline} has drifted: {Change(drift)}",
            FairnessEvidence fairness => Title(fairness, series),
            CapacityEvidence { Overflow: var table } =>
                $"More {table.Table} in {series.Pipeline} than the monitor tracks: its capacity is {Number(table.Capacity)}",
            var other => throw UnknownEvidence(other),
        };
    }

    /// <summary>Writes what was observed, what was expected, and how strong the evidence is.</summary>
    public static string Message(Assessment assessment) => assessment.Evidence switch
    {
        ShareEvidence share => Message(share),
        VolumeEvidence volume => Message(volume),
        DriftEvidence drift => Message(drift),
        FairnessEvidence fairness => Message(fairness),
        CapacityEvidence capacity => Message(capacity, assessment.Rule.Series.Pipeline),
        var other => throw UnknownEvidence(other),
    };

    /// <summary>Names the statistic that <see cref="AlertRaised.Evidence"/> holds.</summary>
    public static string EvidenceKind(AlertEvidence evidence) => evidence switch
    {
        ShareEvidence => "p-value, beta-binomial tail, Benjamini–Hochberg over the window's series",
        VolumeEvidence => "p-value, negative binomial tail",
        DriftEvidence { Measure: DriftMeasure.Labels } => "p-value, χ² test of homogeneity",
        DriftEvidence => "p-value, two-sample Kolmogorov–Smirnov test",
        FairnessEvidence fairness => $"e-value, betting on pairs of texts, alarm at {Number(fairness.AlarmEValue)}",
        CapacityEvidence => "count, no test",
        _ => throw UnknownEvidence(evidence),
    };

    /// <summary>Writes why an alert is resolved.</summary>
    public static string Resolution(Transition transition) => transition switch
    {
        Transition.Cleared { Assessment: var assessment } => Resolution(assessment),
        Transition.Adopted adopted => $"The condition has lasted for {Duration(adopted.After)} and is the new baseline from now on.",
        Transition.Expired => "The series is no longer assessed: it receives no texts, or it is not watched.",
        _ => throw new ArgumentException($"{transition.GetType().Name} does not resolve an alert.", nameof(transition)),
    };

    private static string Resolution(Assessment assessment) => assessment.Evidence switch
    {
        ShareEvidence { Total: 0 } => "The series receives no more texts.",
        ShareEvidence share => $"The share of {share.Label} texts is back at {Percent(share.Value)}; {Percent(share.Expected)} is usual.",
        VolumeEvidence volume => $"{Number(volume.Texts)} texts arrived in the last window; {Number(volume.Expected)} is usual.",
        DriftEvidence { HasReference: true } drift => $"The distance from the reference is back at {Distance(drift.Value)}.",
        DriftEvidence => "A new reference is being collected, because another model version serves now.",
        FairnessEvidence fairness => $"The largest difference between groups with enough texts has decreased to {Percent(fairness.Value)}; "
            + $"{Percent(fairness.Rule.MaxDifference)} is allowed.",
        CapacityEvidence capacity => $"All {capacity.Overflow.Table} of the last {assessment.Rule.Policy.ClearAfter} windows are tracked.",
        var other => throw UnknownEvidence(other),
    };

    private static string Message(ShareEvidence share) =>
        $"{Number(share.Selected)} of {Number(share.Total)} texts were {share.Label} from {Window(share.Window)}: "
        + $"{Percent(share.Value)} ({Interval(WilsonInterval.Of(share.Selected, share.Total))}), where {Percent(share.Expected)} was to be "
        + $"expected from the history. Without a change this happens by chance in {Probability(share.PValue)} windows.";

    private static string Message(VolumeEvidence volume) =>
        $"{Number(volume.Texts)} texts arrived from {Window(volume.Window)}, where {Number(volume.Expected)} were to be expected from the "
        + $"history. Without a change this happens by chance in {Probability(volume.PValue)} windows.";

    private static string Message(DriftEvidence drift) =>
        $"Over {Number(drift.Count)} texts from {Window(drift.Window)} {Change(drift)}. "
        + $"The distance from the reference of {Number(drift.Details.ReferenceCount)} texts is {Distance(drift.Value)} "
        + $"(the threshold is {Distance(drift.Details.Floor)}); without drift this happens by chance in "
        + $"{Probability(drift.Details.PValue)} comparisons.";

    private static string Subject(DriftMeasure measure) => measure == DriftMeasure.Labels ? "The label mix" : "The confidence";

    /// <summary>Describes the two labels whose shares changed most, or the change of the mean confidence.</summary>
    private static string Change(DriftEvidence drift)
    {
        if (drift.Measure == DriftMeasure.Confidence)
            return $"the mean confidence went from {Percent(drift.ReferenceConfidence)} to {Percent(drift.ObservedConfidence)}";
        var (reference, observed) = (drift.Details.Reference, drift.Details.Observed);
        var changes = reference.Keys.Union(observed.Keys)
            .Select(label => (Label: label, Before: reference.GetValueOrDefault(label), Now: observed.GetValueOrDefault(label)))
            .OrderByDescending(static change => Math.Abs(change.Now - change.Before))
            .ThenBy(static change => change.Label, StringComparer.Ordinal).Take(2);
        return string.Join(
            " and ", changes.Select(static change => $"“{change.Label}” went from {Percent(change.Before)} to {Percent(change.Now)}"));
    }

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

    private static string Message(CapacityEvidence capacity, string pipeline)
    {
        var (table, limit) = (capacity.Overflow, Number(capacity.Overflow.Capacity));
        return $"From {Window(capacity.Window)} at least {Number(table.Names)} of the {table.Table} of {pipeline} exceeded the capacity or "
            + $"were evicted; {Number(table.Uses)} uses of them count in the totals and are not tracked individually. The {limit} most "
            + $"frequently used ones are tracked and keep what was learned of them. If the names are valid, raise {capacity.Option} "
            + $"(now {limit}); else find the producer that writes free text there.";
    }

    private static ArgumentException UnknownEvidence(AlertEvidence evidence) =>
        new($"There is no text for {evidence.GetType().Name}.", nameof(evidence));
}

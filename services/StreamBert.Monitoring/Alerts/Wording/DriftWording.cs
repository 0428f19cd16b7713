using StreamBert.Contracts;
using StreamBert.Monitoring.Assessments;
using StreamBert.Monitoring.Drift;
using static StreamBert.Monitoring.Alerts.Wording.AlertFormat;

namespace StreamBert.Monitoring.Alerts.Wording;

/// <summary>Writes the alerts of drift.</summary>
internal static class DriftWording
{
    public static AlertWording Of(AlertRule rule, DriftEvidence drift) => new()
    {
        Title = $"{Subject(drift.Measure)} of {drift.Head} in {rule.Series.Pipeline} has drifted: {Change(drift)}",
        Message = Message(drift),
        EvidenceKind = drift.Measure == DriftMeasure.Labels
            ? "p-value, χ² test of homogeneity" : "p-value, two-sample Kolmogorov–Smirnov test",
        Resolution = drift.HasReference ? $"The distance from the reference is back at {Distance(drift.Value)}."
            : "A new reference is being collected, because another model version serves now.",
    };

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
}

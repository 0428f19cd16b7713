using StreamBert.Contracts;
using StreamBert.Monitoring.Assessments;
using StreamBert.Monitoring.Drift;
using static StreamBert.Monitoring.Alerts.Wording.AlertFormat;

namespace StreamBert.Monitoring.Alerts.Wording;

/// <summary>Writes the alerts of drift and of changes by a new model version.</summary>
internal static class DriftWording
{
    public static AlertWording Of(AlertRule rule, DriftEvidence drift) => new()
    {
        Title = Title(rule, drift),
        Message = Message(drift),
        EvidenceKind = drift.Details.Measure switch
        {
            "jensen-shannon" => "p-value, χ² test on clusters, corrected for the dispersion between spans",
            "kolmogorov-smirnov" => "p-value, Kolmogorov–Smirnov test, corrected for the dispersion between spans",
            "auc" => "p-value, domain classifier and maximum mean discrepancy, permutation of hours",
            _ => "p-value, difference of shares, corrected for the dispersion between spans",
        },
        Resolution = drift.Details.Against is null
            ? "There is nothing to compare with any more, because the version or the reference changed."
            : $"The distance from {Reference(drift)} is back at {Distance(drift.Value)}.",
    };

    private static string Title(AlertRule rule, DriftEvidence drift)
    {
        var (pipeline, details) = (rule.Series.Pipeline, drift.Details);
        if (rule.Kind == AlertKinds.VersionChange)
        {
            return $"{details.ModelVersion} answers {rule.Series.Head} in {pipeline} differently from {details.PreviousVersion}: "
                + Change(rule, drift);
        }
        var change = details.Against == ProfileComparison.ModelProfile ? "differs from the model's training data" : "has drifted";
        return $"{Subject(rule)} in {pipeline} {change}: {Change(rule, drift)}";
    }

    private static string Message(DriftEvidence drift)
    {
        var details = drift.Details;
        var distance = details.Measure switch
        {
            "auc" => $"A classifier tells the texts from those of {Reference(drift)} with an AUC of {Distance(drift.Value)}",
            "rise" => $"The share of unknown tokens is {Share(drift.Value)} above that of {Reference(drift)}",
            _ => $"The distance from {Reference(drift)} is {Distance(drift.Value)}",
        };
        return $"{Number(drift.Count)} {Units(drift)} from {Window(drift.Window)} were compared with {Number(details.ReferenceCount)} of "
            + $"{Reference(drift)}. {distance} (the threshold is {Threshold(details)}); "
            + $"without drift this happens by chance in {Probability(details.PValue)} comparisons.{Baseline(drift)}";
    }

    private static string Baseline(DriftEvidence drift) =>
        drift.BaselineAge is { } age && drift.Details.Against == SpanComparison.LastGoodWeek ? $" The reference is {BaselineOf(age)}." : "";

    private static string Threshold(DriftDetected details) => details.Measure == "rise" ? Share(details.Floor) : Distance(details.Floor);

    private static string Subject(AlertRule rule) => rule.Kind switch
    {
        AlertKinds.LabelDrift => $"The label mix of {rule.Series.Head}",
        AlertKinds.ConfidenceDrift => $"The confidence of {rule.Series.Head}",
        AlertKinds.LengthDrift => "The length of texts",
        AlertKinds.TokenDrift => "The share of unknown words",
        _ => "The meaning of texts",
    };

    private static string Reference(DriftEvidence drift) => drift.Details.Against switch
    {
        VersionComparison.PreviousVersion => $"{drift.Details.PreviousVersion} just before the change",
        ProfileComparison.ModelProfile => "the model's training data",
        _ => "the same hours of the last good week",
    };

    private static string Units(DriftEvidence drift) => drift.Details.Measure switch
    {
        "jensen-shannon" => Stories(drift),
        "rise" => "tokens",
        _ => "texts",
    };

    /// <summary>Describes the two labels whose shares changed most, or the change of the mean.</summary>
    private static string Change(AlertRule rule, DriftEvidence drift)
    {
        var (before, now) = (drift.Result.ReferenceMean, drift.Result.ObservedMean);
        if (drift.Details.Measure == "auc")
            return $"a classifier tells them apart with an AUC of {Distance(drift.Value)}";
        if (rule.Kind == AlertKinds.LengthDrift)
            return $"the mean went from {Number(before)} to {Number(now)} tokens";
        if (rule.Kind == AlertKinds.TokenDrift)
            return $"it went from {Share(before)} to {Share(now)}";
        return drift.Details.Measure == "jensen-shannon" ? LabelChange(drift.Details)
            : $"the mean confidence went from {Percent(before)} to {Percent(now)}";
    }

    private static string LabelChange(DriftDetected details)
    {
        var (reference, observed) = (details.Reference, details.Observed);
        var changes = reference.Keys.Union(observed.Keys)
            .Select(label => (Label: label, Before: reference.GetValueOrDefault(label), Now: observed.GetValueOrDefault(label)))
            .OrderByDescending(static change => Math.Abs(change.Now - change.Before))
            .ThenBy(static change => change.Label, StringComparer.Ordinal).Take(2);
        return string.Join(
            " and ", changes.Select(static change => $"“{change.Label}” went from {Percent(change.Before)} to {Percent(change.Now)}"));
    }

    private static string Share(double share) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{share * 100:0.#} %");
}

using StreamBert.Contracts;

namespace StreamBert.Gateway.Dashboard.Display;

/// <summary>Describes the report of a fairness rule.</summary>
internal static class FairnessText
{
    /// <summary>Describes the state as a sentence without its end.</summary>
    public static string State(FairnessReported report) => report.State switch
    {
        FairnessReported.Different => "Groups differ",
        FairnessReported.NoDifference => $"No difference of {DisplayText.Percent(report.MaxDifference)} found",
        _ => "Insufficient data",
    };

    /// <summary>Tells what a rule with insufficient data lacks; null if it lacks nothing.</summary>
    public static string? Missing(FairnessReported report)
    {
        if (report.State != FairnessReported.Insufficient)
            return null;
        if (report.Groups.Count == 0)
        {
            return $"texts with the attribute “{report.Attribute}”. Send it with each text; each group needs "
                + $"{DisplayText.Count(report.NeededPerGroup, "conversation")}.";
        }
        var needed = DisplayText.Count(report.NeededPerGroup);
        var small = report.Groups.Where(static group => !group.Sufficient)
            .Select(group => $"{group.Group} ({DisplayText.Count(group.Conversations ?? group.Count)} of {needed})").ToList();
        return small.Count == 0 ? "a second group to compare with." : $"conversations of {string.Join(", ", small)}.";
    }

    /// <summary>Names a measure.</summary>
    public static string Measure(string name) => name switch
    {
        FairnessMeasure.DemographicParityDifference => "Demographic parity, difference",
        FairnessMeasure.DemographicParityRatio => "Demographic parity, ratio",
        FairnessMeasure.EqualizedOdds => "Equalized odds",
        FairnessMeasure.EqualOpportunity => "Equal opportunity",
        FairnessMeasure.AccuracyGap => "Accuracy gap",
        FairnessMeasure.CalibrationGap => "Calibration gap",
        _ => DisplayText.Label(name),
    };

    /// <summary>Formats the value of a measure with its interval.</summary>
    public static string Value(FairnessMeasure measure)
    {
        if (measure.Value is not { } value)
            return "unknown";
        if (measure.Name != FairnessMeasure.DemographicParityRatio)
            return $"{DisplayText.Percent(value)}{(measure.Interval is { } interval ? $" ({DisplayText.Percent(interval)})" : "")}";
        var bounds = measure.Interval is { } ratio ? $" ({DisplayText.Number(ratio.Low)}–{DisplayText.Number(ratio.High)})" : "";
        return $"{DisplayText.Number(value)}{bounds}";
    }

    /// <summary>Names the basis of measures with labels.</summary>
    public static string Basis(string basis) => basis == "sample" ? "the random sample" : "all feedback, which is biased";
}

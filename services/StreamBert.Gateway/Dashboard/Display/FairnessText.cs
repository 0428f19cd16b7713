using StreamBert.Contracts;
using static StreamBert.Gateway.Localization.Texts;

namespace StreamBert.Gateway.Dashboard.Display;

/// <summary>Describes the report of a fairness rule.</summary>
internal static class FairnessText
{
    /// <summary>Describes the state as a sentence without its end.</summary>
    public static string State(FairnessReported report) => report.State switch
    {
        FairnessReported.Different => L["Groups differ"],
        FairnessReported.NoDifference => L["No difference of {0} found", DisplayText.Percent(report.MaxDifference)],
        _ => L["Insufficient data"],
    };

    /// <summary>Tells what a rule with insufficient data lacks; null if it lacks nothing.</summary>
    public static string? Missing(FairnessReported report)
    {
        if (report.State != FairnessReported.Insufficient)
            return null;
        if (report.Groups.Count == 0)
        {
            return L["texts with the attribute “{0}”. Send it with each text; each group needs {1}.", report.Attribute,
                DisplayText.Count(report.NeededPerGroup, "conversation")];
        }
        var needed = DisplayText.Count(report.NeededPerGroup);
        var small = report.Groups.Where(static group => !group.Sufficient)
            .Select(group => L["{0} ({1} of {2})", group.Group, DisplayText.Count(group.Conversations ?? group.Count), needed]).ToList();
        return small.Count == 0 ? L["a second group to compare with."] : L["conversations of {0}.", string.Join(L[", "], small)];
    }

    /// <summary>Names a measure.</summary>
    public static string Measure(string name) => name switch
    {
        FairnessMeasure.DemographicParityDifference => L["Demographic parity, difference"],
        FairnessMeasure.DemographicParityRatio => L["Demographic parity, ratio"],
        FairnessMeasure.EqualizedOdds => L["Equalized odds"],
        FairnessMeasure.EqualOpportunity => L["Equal opportunity"],
        FairnessMeasure.AccuracyGap => L["Accuracy gap"],
        FairnessMeasure.CalibrationGap => L["Calibration gap"],
        _ => DisplayText.Label(name),
    };

    /// <summary>Formats the value of a measure with its interval.</summary>
    public static string Value(FairnessMeasure measure)
    {
        if (measure.Value is not { } value)
            return L["unknown"];
        if (measure.Name != FairnessMeasure.DemographicParityRatio)
            return $"{DisplayText.Percent(value)}{(measure.Interval is { } interval ? $" ({DisplayText.Percent(interval)})" : "")}";
        var bounds = measure.Interval is { } ratio ? $" ({DisplayText.Number(ratio.Low)}–{DisplayText.Number(ratio.High)})" : "";
        return $"{DisplayText.Number(value)}{bounds}";
    }

    /// <summary>Names the basis of measures with labels.</summary>
    public static string Basis(string basis) => basis == "sample" ? L["the random sample"] : L["all feedback, which is biased"];
}

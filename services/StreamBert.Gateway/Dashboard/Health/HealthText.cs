using StreamBert.Contracts;
using StreamBert.Gateway.Dashboard.Display;
using StreamBert.Gateway.Dashboard.Session;
using static StreamBert.Gateway.Localization.Texts;

namespace StreamBert.Gateway.Dashboard.Health;

/// <summary>Summarizes what is known of the quality of the predictions, in one sentence for each question.</summary>
internal static class HealthText
{
    /// <summary>Summarizes the accuracy of all texts by head.</summary>
    public static string Accuracy(ModelHealth health)
    {
        var heads = health.Accuracy.Where(static report => report.Series.Segment == SeriesKey.All).Select(Describe).ToList();
        return heads.Count == 0 ? L["Not estimated yet: the first full hour of texts has not ended."] : string.Join(L["; "], heads)
          + L["."];
    }

    /// <summary>Summarizes the states of the rules.</summary>
    public static string Fairness(ModelHealth health) => health.Fairness.Count == 0
        ? L["No rule."]
        : string.Join(L[", "], health.Fairness.GroupBy(FairnessText.State).Select(static state =>
            $"{DisplayText.Count(state.Count(), "rule")}{L[": "]}{char.ToLowerInvariant(state.Key[0])}{state.Key[1..]}")) + L["."];

    /// <summary>Summarizes the states of the comparisons.</summary>
    public static string Drift(ModelHealth health)
    {
        if (health.Drift.Count == 0)
            return L["Nothing compared yet: the first full hour of texts has not ended."];
        var drifting = health.Drift.Where(static report => report.State == DriftReported.Drifting)
            .Select(static report => L["{0} against the {1}", DriftText.Name(report), DriftText.Reference(report)]).Distinct().ToList();
        if (drifting.Count > 0)
            return L["Drift: {0}.", string.Join(L["; "], drifting)];
        var compared = health.Drift.Count(static report => report.Comparison is not null);
        return compared == 0 ? L["Insufficient data for all comparisons."]
            : compared < health.Drift.Count
                ? L["None in {0} of {1}; the others have insufficient data.", DisplayText.Count(compared),
                    DisplayText.Count(health.Drift.Count, "comparison")]
                : L["None in {0} of {1}.", DisplayText.Count(compared), DisplayText.Count(health.Drift.Count, "comparison")];
    }

    private static string Describe(AccuracyReported report)
    {
        var estimate = report.Day is { Accuracy: { } accuracy, Interval: { } interval }
            ? L["estimated {0} ({1})", DisplayText.Percent(accuracy), DisplayText.Percent(interval)] : L["no texts in the last 24 hours"];
        var labelled = report.Sample is { } sample ? L["labelled {0}", DisplayText.Percent(sample.Accuracy)] : L["no labelled sample"];
        return $"{report.Series.Head} {estimate}{L[", "]}{labelled}";
    }
}

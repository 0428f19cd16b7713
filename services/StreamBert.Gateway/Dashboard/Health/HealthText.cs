using StreamBert.Contracts;
using StreamBert.Gateway.Dashboard.Display;
using StreamBert.Gateway.Dashboard.Session;

namespace StreamBert.Gateway.Dashboard.Health;

/// <summary>Summarizes what is known of the quality of the predictions, in one sentence for each question.</summary>
internal static class HealthText
{
    /// <summary>Summarizes the accuracy of all texts by head.</summary>
    public static string Accuracy(ModelHealth health)
    {
        var heads = health.Accuracy.Where(static report => report.Series.Segment == SeriesKey.All).Select(Describe).ToList();
        return heads.Count == 0 ? "Not estimated yet: the first full hour of texts has not ended." : $"{string.Join("; ", heads)}.";
    }

    /// <summary>Summarizes the states of the rules.</summary>
    public static string Fairness(ModelHealth health) => health.Fairness.Count == 0
        ? "No rule."
        : $"{string.Join(", ", health.Fairness.GroupBy(FairnessText.State).Select(static state =>
            $"{DisplayText.Count(state.Count(), "rule")}: {char.ToLowerInvariant(state.Key[0])}{state.Key[1..]}"))}.";

    /// <summary>Summarizes the states of the comparisons.</summary>
    public static string Drift(ModelHealth health)
    {
        if (health.Drift.Count == 0)
            return "Nothing compared yet: the first full hour of texts has not ended.";
        var drifting = health.Drift.Where(static report => report.State == DriftReported.Drifting)
            .Select(static report => $"{DriftText.Name(report)} against the {DriftText.Reference(report)}").Distinct().ToList();
        if (drifting.Count > 0)
            return $"Drift: {string.Join("; ", drifting)}.";
        var compared = health.Drift.Count(static report => report.Comparison is not null);
        return compared == 0 ? "Insufficient data for all comparisons."
            : $"None in {DisplayText.Count(compared)} of {DisplayText.Count(health.Drift.Count, "comparison")}"
                + (compared < health.Drift.Count ? "; the others have insufficient data." : ".");
    }

    private static string Describe(AccuracyReported report)
    {
        var estimate = report.Day is { Accuracy: { } accuracy, Interval: { } interval }
            ? $"estimated {DisplayText.Percent(accuracy)} ({DisplayText.Percent(interval)})" : "no texts in the last 24 hours";
        return $"{report.Series.Head} {estimate}, "
            + (report.Sample is { } sample ? $"labelled {DisplayText.Percent(sample.Accuracy)}" : "no labelled sample");
    }
}

using StreamBert.Contracts;
using StreamBert.Monitoring.Alerts;
using StreamBert.Monitoring.Statistics;
using StreamBert.Monitoring.Windows;

namespace StreamBert.Monitoring.Drift;

/// <summary>What a drift alert says has moved.</summary>
internal static class DriftWords
{
    public static string Moved(HeadDriftState state, bool ofLabels)
    {
        if (!ofLabels)
            return $"the mean confidence went from {Words.Percent(MeanConfidence(state.Reference))} to {Words.Percent(MeanConfidence(state.Sum))}";
        var changes = state.Reference.Labels.Keys.Union(state.Sum.Labels.Keys)
            .Select(label => (Label: label, Before: Share(state.Reference, label), Now: Share(state.Sum, label)))
            .OrderByDescending(static change => Math.Abs(change.Now - change.Before)).ThenBy(static change => change.Label, StringComparer
                .Ordinal).Take(2);
        return string.Join(
            " and ",
            changes.Select(static change => $"“{change.Label}” went from {Words.Percent(change.Before)} to {Words.Percent(change.Now)}"));
    }

    /// <summary>The label whose share grew most.</summary>
    public static string? Grown(HeadDriftState state) => state.Sum.Labels.Keys
        .OrderByDescending(label => Share(state.Sum, label)
            - Share(state.Reference, label)).ThenBy(static label => label, StringComparer.Ordinal).FirstOrDefault();

    public static double MeanConfidence(HeadProfile profile)
    {
        double sum = 0;
        for (var bin = 0; bin < SeriesCounts.Bins; bin++)
            sum += profile.Confidences[bin] * (bin + 0.5) / SeriesCounts.Bins;
        return profile.Count > 0 ? sum / profile.Count : 0;
    }

    public static DriftDetected Evidence(HeadDriftState state, bool ofLabels, double distance, double floor, double p) => new()
    {
        Measure = ofLabels ? "jensen-shannon" : "kolmogorov-smirnov",
        Distance = distance,
        Floor = floor,
        PValue = p,
        ReferenceCount = state.Reference.Count,
        WindowCount = state.Sum.Count,
        Reference = ofLabels ? Shares(state.Reference) : new Dictionary<string, double>(),
        Observed = ofLabels ? Shares(state.Sum) : new Dictionary<string, double>(),
        Psi = ofLabels ? Divergence.StabilityIndex(state.Reference.Labels, state.Sum.Labels) : null,
    };

    private static Dictionary<string, double> Shares(HeadProfile profile) =>
        profile.Labels.InOrder().Where(static label => label.Value > 0).ToDictionary(static label => label.Key, label => Share(profile, label.Key));

    private static double Share(HeadProfile profile, string label) => Rates.Of(profile.Labels.GetValueOrDefault(label), profile.Count);
}

using StreamBert.Contracts;

namespace StreamBert.Monitoring.Drift;

/// <summary>Describes comparisons as alerts carry them.</summary>
internal static class DriftDetails
{
    private const int ShownLabels = 50;

    /// <summary>Describes the comparison of a span with its expectation.</summary>
    public static DriftDetected Of(DriftMeasure measure, DriftDistance distance, double p, WeekExpectation expected)
    {
        var details = new DriftDetected
        {
            Measure = measure.Comparison switch
            {
                DriftComparison.Labels => "jensen-shannon",
                DriftComparison.Distribution => "kolmogorov-smirnov",
                _ => "rise",
            },
            Distance = Math.Round(distance.Value, 6),
            Floor = measure.Floor,
            PValue = p,
            ReferenceCount = (long)Math.Round(expected.Count),
            WindowCount = (long)Math.Round(expected.Observed.Sum()),
        };
        if (measure.Comparison != DriftComparison.Labels)
            return details;
        var total = expected.Observed.Sum();
        var shown = measure.Bins.Index().Where(label => expected.Observed[label.Index] > 0 || expected.Shares[label.Index] > 0)
            .OrderByDescending(label => Math.Abs(expected.Observed[label.Index] / total - expected.Shares[label.Index]))
            .Take(ShownLabels).OrderBy(static label => label.Index).ToList();
        return details with
        {
            Reference = shown.ToDictionary(static label => label.Item, label => Math.Round(expected.Shares[label.Index], 6)),
            Observed = shown.ToDictionary(static label => label.Item, label => Math.Round(expected.Observed[label.Index] / total, 6)),
            Psi = Math.Round(Distances.StabilityIndex(expected.Observed, expected.Shares, expected.Count), 6),
        };
    }
}

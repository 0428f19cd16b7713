using StreamBert.Contracts;
using StreamBert.Monitoring.Assessments;
using StreamBert.Monitoring.Statistics;

namespace StreamBert.Monitoring.Drift;

/// <summary>The quantity of a head that is compared with its reference.</summary>
internal enum DriftMeasure
{
    /// <summary>The label mix: Jensen–Shannon distance and χ² test.</summary>
    Labels,

    /// <summary>The confidence: Kolmogorov–Smirnov distance and test.</summary>
    Confidence,
}

/// <summary>The distance of the last windows from the reference.</summary>
internal sealed record DriftEvidence : AlertEvidence
{
    public required string Head { get; init; }
    public required DriftMeasure Measure { get; init; }

    /// <summary>Whether there is a complete reference to compare with.</summary>
    public required bool HasReference { get; init; }

    /// <summary>The comparison, as the alert carries it.</summary>
    public required DriftDetected Details { get; init; }

    public required double ReferenceConfidence { get; init; }
    public required double ObservedConfidence { get; init; }

    public override double Value => Details.Distance;
    public override double Baseline => 0;
    public override long Count => Details.WindowCount;
    public override double Strength => Details.PValue;
    public override string Unit => "distance";
    public override ExampleCriteria Examples => GrownLabel is { } label ? new(Head) { Label = label }
        : ObservedConfidence < ReferenceConfidence ? new(Head) { ConfidenceBelow = ReferenceConfidence }
        : new(Head) { MinimumConfidence = ReferenceConfidence };

    /// <summary>The label whose share has grown most; null for a drift of the confidence.</summary>
    private string? GrownLabel => Details.Observed.Keys
        .OrderByDescending(label => Details.Observed[label] - Details.Reference.GetValueOrDefault(label))
        .ThenBy(static label => label, StringComparer.Ordinal).FirstOrDefault();

    /// <summary>Returns the comparison of the last windows with the reference.</summary>
    public static DriftDetected Describe(HeadDriftState state, DriftMeasure measure, double distance, double minimumDistance, double p)
    {
        var (reference, observed) = (state.Reference, state.RecentTotal);
        var details = new DriftDetected
        {
            Measure = measure == DriftMeasure.Labels ? "jensen-shannon" : "kolmogorov-smirnov",
            Distance = distance,
            Floor = minimumDistance,
            PValue = p,
            ReferenceCount = reference.Count,
            WindowCount = observed.Count,
        };
        return measure == DriftMeasure.Confidence ? details : details with
        {
            Reference = Shares(reference),
            Observed = Shares(observed),
            Psi = Divergence.StabilityIndex(reference.Labels, observed.Labels),
        };
    }

    private static Dictionary<string, double> Shares(HeadProfile profile) => profile.Labels.OrderedByKey()
        .Where(static label => label.Value > 0).ToDictionary(static label => label.Key, label => Rate.Of(label.Value, profile.Count));
}

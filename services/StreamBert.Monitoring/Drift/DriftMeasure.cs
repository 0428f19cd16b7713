using StreamBert.Contracts;
using StreamBert.Monitoring.Counts;

namespace StreamBert.Monitoring.Drift;

/// <summary>How a quantity is compared.</summary>
internal enum DriftComparison
{
    /// <summary>Jensen–Shannon distance and χ² test.</summary>
    Labels,

    /// <summary>Kolmogorov–Smirnov distance and test.</summary>
    Distribution,

    /// <summary>The rise of a share.</summary>
    Rise,
}

/// <summary>A quantity whose distribution is compared with its reference, as counts by bin.</summary>
/// <param name="Kind">The kind of alert.</param>
/// <param name="Head">The head; <c>all</c> for quantities of the text.</param>
/// <param name="Comparison">How it is compared.</param>
/// <param name="Floor">The minimum distance.</param>
/// <param name="Bins">The names of the bins: labels, or the middle of each bin.</param>
/// <param name="Count">Counts an hour.</param>
internal sealed record DriftMeasure(
    string Kind, string Head, DriftComparison Comparison, double Floor, IReadOnlyList<string> Bins, Func<HourProfile, double[]> Count)
{
    /// <summary>The head of quantities that belong to no head.</summary>
    public const string AllHeads = SeriesKey.AllHeads;

    private readonly Dictionary<HourProfile, HourCounts> _counts = [];

    /// <summary>The value of a bin, for means.</summary>
    private Func<int, double> ValueOf { get; init; } = static _ => 0;

    /// <summary>The name under which the dispersion is kept.</summary>
    public string Name => $"{Kind}/{Head}";

    /// <summary>Returns all quantities that are compared.</summary>
    public static IEnumerable<DriftMeasure> All(DriftRule rule, IReadOnlyList<HourProfile> hours, ReferenceProfile? profile)
    {
        var heads = hours.SelectMany(static hour => hour.Heads.Keys).Distinct().Order(StringComparer.Ordinal);
        foreach (var head in heads.Where(head => rule.Heads.Count == 0 || rule.Heads.Contains(head)))
        {
            yield return LabelsOf(head, rule, hours, profile);
            yield return ConfidenceOf(head, rule);
        }
        yield return new(AlertKinds.LengthDrift, AllHeads, DriftComparison.Distribution, rule.MinimumLengthDistance, [], static hour =>
            Array.ConvertAll(hour.Texts.Lengths, static count => (double)count))
        { ValueOf = TextProfile.MiddleOf };
        yield return new(AlertKinds.TokenDrift, AllHeads, DriftComparison.Rise, rule.MinimumUnknownTokenRise, [], static hour =>
            [hour.Texts.Tokens - hour.Texts.Unknown, hour.Texts.Unknown])
        { ValueOf = static bin => bin };
    }

    /// <summary>Returns the counts of an hour; they are counted once, and stay as they are.</summary>
    public HourCounts CountsOf(HourProfile hour)
    {
        if (!_counts.TryGetValue(hour, out var counts))
            _counts[hour] = counts = new(Count(hour));
        return counts;
    }

    /// <summary>Compares counts with expected shares.</summary>
    public DriftDistance Compare(double[] observed, double[] expected, double referenceCount) => Comparison switch
    {
        DriftComparison.Labels => Distances.Labels(observed, expected, referenceCount),
        DriftComparison.Distribution => Distances.Distribution(observed, expected, referenceCount),
        _ => Distances.Rise(observed[1] / Math.Max(1, observed.Sum()), expected[1], observed.Sum(), referenceCount),
    };

    /// <summary>Returns the mean value of a distribution: confidence, tokens or share of unknown tokens.</summary>
    public double MeanOf(double[] counts)
    {
        double sum = 0, total = 0;
        for (var bin = 0; bin < counts.Length; bin++)
            (sum, total) = (sum + counts[bin] * ValueOf(bin), total + counts[bin]);
        return total > 0 ? sum / total : 0;
    }

    /// <summary>Returns the counts of a reference profile in the bins of this quantity; null if the profile lacks them.</summary>
    public double[]? CountsIn(ReferenceProfile profile)
    {
        switch (Kind)
        {
            case AlertKinds.LengthDrift:
                return TextProfile.Rebin(profile.Lengths);
            case AlertKinds.TokenDrift:
                return [profile.Tokens - profile.UnknownTokens, profile.UnknownTokens];
            case AlertKinds.LabelDrift when profile.Heads.GetValueOrDefault(Head) is { } head:
                return [.. Bins.Select(label => (double)head.Labels.GetValueOrDefault(label))];
            case AlertKinds.ConfidenceDrift when profile.Heads.GetValueOrDefault(Head) is { } head:
                return HeadHour.Rebin(head.Confidences);
            default:
                return null;
        }
    }

    private static DriftMeasure LabelsOf(
        string head, DriftRule rule, IReadOnlyList<HourProfile> hours, ReferenceProfile? profile)
    {
        string[] labels = [.. hours.SelectMany(hour => hour.Heads.GetValueOrDefault(head)?.Labels.Keys ?? Enumerable.Empty<string>())
            .Concat(profile?.Heads.GetValueOrDefault(head)?.Labels.Keys ?? []).Distinct().Order(StringComparer.Ordinal)];
        return new(AlertKinds.LabelDrift, head, DriftComparison.Labels, rule.MinimumLabelDistance, labels, hour =>
            [.. labels.Select(label => hour.Heads.GetValueOrDefault(head)?.Labels.GetValueOrDefault(label) ?? 0)]);
    }

    private static DriftMeasure ConfidenceOf(string head, DriftRule rule) =>
        new(AlertKinds.ConfidenceDrift, head, DriftComparison.Distribution, rule.MinimumConfidenceDistance, [], hour =>
            hour.Heads.GetValueOrDefault(head) is { } counts ? Array.ConvertAll(counts.Confidences, static count => (double)count)
                : new double[HeadHour.Bins])
        { ValueOf = static bin => (bin + 0.5) / HeadHour.Bins };
}

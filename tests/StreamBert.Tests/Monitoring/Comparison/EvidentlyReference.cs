using StreamBert.Monitoring.Statistics;

namespace StreamBert.Tests.Monitoring.Comparison;

/// <summary>
/// The default drift tests of the library Evidently against a reference, as documented: with at most 1,000 rows of reference χ² for labels
/// and Kolmogorov–Smirnov for numbers, both at 0.05; with more the Jensen–Shannon distance of labels and the Wasserstein distance of
/// numbers in standard deviations of the reference, both at 0.1.
/// </summary>
internal sealed class EvidentlyReference
{
    private const int SmallReference = 1000;
    private const double Level = 0.05, Distance = 0.1;

    private readonly Dictionary<string, double> _shares;
    private readonly double[] _numbers;
    private readonly double _deviation;

    public EvidentlyReference(IReadOnlyList<string> labels, IReadOnlyList<double> numbers)
    {
        _shares = Shares(labels);
        _numbers = [.. numbers.Order()];
        var mean = numbers.DefaultIfEmpty().Average();
        _deviation = Math.Sqrt(numbers.Select(x => (x - mean) * (x - mean)).DefaultIfEmpty().Average());
    }

    private bool IsSmall => _numbers.Length <= SmallReference;

    /// <summary>Whether the labels or the numbers have drifted.</summary>
    public bool HasDrifted(IReadOnlyList<string> labels, IReadOnlyList<double> numbers) =>
        HaveLabelsDrifted(labels) || HasNumberDrifted(numbers);

    /// <summary>Returns √(½KL(P‖M) + ½KL(Q‖M)) in nats.</summary>
    public static double JensenShannon(IEnumerable<(double P, double Q)> shares) => Math.Sqrt(Math.Max(0, shares.Sum(static share =>
    {
        var (p, q) = share;
        return (p > 0 ? p * Math.Log(2 * p / (p + q)) : 0) / 2 + (q > 0 ? q * Math.Log(2 * q / (p + q)) : 0) / 2;
    })));

    /// <summary>Returns the mean distance of the quantiles of two samples; the first is in ascending order.</summary>
    public static double Wasserstein(IReadOnlyList<double> reference, IEnumerable<double> current)
    {
        const int Quantiles = 1000;
        double[] sorted = [.. current.Order()];
        return Enumerable.Range(0, Quantiles).Select(static i => (i + 0.5) / Quantiles)
            .Average(level => Math.Abs(reference[(int)(level * reference.Count)] - sorted[(int)(level * sorted.Length)]));
    }

    /// <summary>Whether the labels have drifted.</summary>
    public bool HaveLabelsDrifted(IReadOnlyList<string> labels)
    {
        var current = Shares(labels);
        var pairs = _shares.Keys.Union(current.Keys).Order(StringComparer.Ordinal)
            .Select(label => (P: _shares.GetValueOrDefault(label), Q: current.GetValueOrDefault(label))).ToList();
        return IsSmall ? ChiSquarePValue(pairs, labels.Count) < Level : JensenShannon(pairs) >= Distance;
    }

    /// <summary>Whether the numbers have drifted.</summary>
    private bool HasNumberDrifted(IReadOnlyList<double> numbers) => IsSmall
        ? KolmogorovSmirnov.Test(_numbers, [.. numbers]).PValue < Level
        : Wasserstein(_numbers, numbers) / Math.Max(_deviation, 0.001) >= Distance;

    private static Dictionary<string, double> Shares(IReadOnlyList<string> labels) =>
        labels.CountBy(static label => label).ToDictionary(static count => count.Key, count => count.Value / (double)labels.Count);

    private static double ChiSquarePValue(List<(double P, double Q)> shares, int count)
    {
        if (shares.Any(static share => share.P <= 0))
            return 0;
        var statistic = count * shares.Sum(static share => (share.Q - share.P) * (share.Q - share.P) / share.P);
        return TailProbability.ChiSquareUpper(statistic, shares.Count - 1);
    }
}

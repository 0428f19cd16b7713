using StreamBert.Monitoring.Statistics;
using StreamBert.Monitoring.Statistics.TwoSample;

namespace StreamBert.Tests.Monitoring.Comparison;

/// <summary>
/// The default drift tests of the library Evidently, as documented: with at most 1,000 rows of reference χ² for labels and
/// Kolmogorov–Smirnov for numbers, both at 0.05; with more the Jensen–Shannon distance of labels and the Wasserstein distance of numbers in
/// standard deviations of the reference, both at 0.1.
/// </summary>
internal static class EvidentlyTests
{
    private const int SmallReference = 1000;
    private const double Level = 0.05, Distance = 0.1;

    /// <summary>Whether the labels have drifted.</summary>
    public static bool HaveLabelsDrifted(IReadOnlyList<string> reference, IReadOnlyList<string> current)
    {
        var labels = reference.Concat(current).Distinct().ToList();
        var p = labels.ConvertAll(label => reference.Count(other => other == label) / (double)reference.Count);
        var q = labels.ConvertAll(label => current.Count(other => other == label) / (double)current.Count);
        return reference.Count > SmallReference ? JensenShannon(p, q) >= Distance : ChiSquarePValue(p, q, current.Count) < Level;
    }

    /// <summary>Whether a number has drifted.</summary>
    public static bool HasNumberDrifted(IReadOnlyList<double> reference, IReadOnlyList<double> current)
    {
        if (reference.Count <= SmallReference)
            return KolmogorovSmirnov.Test([.. reference], [.. current]).PValue < Level;
        var mean = reference.Average();
        var deviation = Math.Sqrt(reference.Average(x => (x - mean) * (x - mean)));
        return Wasserstein(reference, current) / Math.Max(deviation, 0.001) >= Distance;
    }

    /// <summary>Returns √(½KL(P‖M) + ½KL(Q‖M)) in nats.</summary>
    public static double JensenShannon(IReadOnlyList<double> p, IReadOnlyList<double> q) => Math.Sqrt(Math.Max(0, p.Zip(q, static (a, b) =>
        (a > 0 ? a * Math.Log(2 * a / (a + b)) : 0) / 2 + (b > 0 ? b * Math.Log(2 * b / (a + b)) : 0) / 2).Sum()));

    /// <summary>Returns the mean distance of the quantiles of two samples.</summary>
    public static double Wasserstein(IReadOnlyList<double> reference, IReadOnlyList<double> current)
    {
        const int Quantiles = 1000;
        double[] a = [.. reference.Order()], b = [.. current.Order()];
        return Enumerable.Range(0, Quantiles).Average(i =>
            Math.Abs(a[(int)((i + 0.5) / Quantiles * a.Length)] - b[(int)((i + 0.5) / Quantiles * b.Length)]));
    }

    private static double ChiSquarePValue(List<double> expected, List<double> observed, int count)
    {
        var statistic = expected.Zip(observed, (e, o) => e > 0 ? count * (o - e) * (o - e) / e : o > 0 ? double.PositiveInfinity : 0).Sum();
        return double.IsInfinity(statistic) ? 0 : TailProbability.ChiSquareUpper(statistic, expected.Count - 1);
    }
}

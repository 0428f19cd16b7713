using StreamBert.Monitoring.Statistics;

namespace StreamBert.Monitoring.Drift;

/// <summary>Computes distances between two samples of labels or of binned values.</summary>
internal static class Divergence
{
    /// <summary>
    /// Returns the Jensen–Shannon distance √(½KL(P‖M) + ½KL(Q‖M)) in base 2, in [0, 1] (Lin 1991; Endres and Schindelin 2003). The
    /// expectation of the divergence without drift, (k−1)(1/n+1/m)/(8 ln 2), is subtracted: otherwise small samples of many labels seem
    /// far apart.
    /// </summary>
    public static double JensenShannon(IReadOnlyDictionary<string, long> reference, IReadOnlyDictionary<string, long> observed)
    {
        double n = reference.Values.Sum(), m = observed.Values.Sum();
        if (n == 0 || m == 0)
            return 0;
        double divergence = 0;
        var labels = 0;
        foreach (var (p, q) in Pairs(reference, observed).Select(pair => (pair.P / n, pair.Q / m)))
        {
            var middle = (p + q) / 2;
            divergence += Term(p, middle) + Term(q, middle);
            labels++;
        }
        var bias = (labels - 1) * (1 / n + 1 / m) / (8 * Math.Log(2));
        return Math.Sqrt(Math.Max(0, divergence / (2 * Math.Log(2)) - bias));
    }

    /// <summary>
    /// Returns the population stability index Σ(qᵢ−pᵢ)ln(qᵢ/pᵢ), with half a text added to each label. It is reported but raises no alert:
    /// its customary limits are exceeded by small windows without drift.
    /// </summary>
    public static double StabilityIndex(IReadOnlyDictionary<string, long> reference, IReadOnlyDictionary<string, long> observed)
    {
        var pairs = Pairs(reference, observed).ToList();
        double n = pairs.Sum(static pair => pair.P + 0.5), m = pairs.Sum(static pair => pair.Q + 0.5);
        return pairs.Select(pair => (P: (pair.P + 0.5) / n, Q: (pair.Q + 0.5) / m))
            .Sum(static pair => (pair.Q - pair.P) * Math.Log(pair.Q / pair.P));
    }

    /// <summary>
    /// Returns the p-value of Pearson's χ² test that both samples have the same label mix. Labels with fewer than five expected texts in
    /// either sample are pooled.
    /// </summary>
    public static double ChiSquare(IReadOnlyDictionary<string, long> reference, IReadOnlyDictionary<string, long> observed)
    {
        double n = reference.Values.Sum(), m = observed.Values.Sum(), all = n + m;
        if (n == 0 || m == 0)
            return 1;
        double statistic = 0, rareP = 0, rareQ = 0;
        var cells = 0;
        void Cell(double p, double q)
        {
            double expectedP = (p + q) * n / all, expectedQ = (p + q) * m / all;
            statistic += Square(p - expectedP) / expectedP + Square(q - expectedQ) / expectedQ;
            cells++;
        }
        foreach (var (p, q) in Pairs(reference, observed))
        {
            if ((p + q) * Math.Min(n, m) / all >= 5)
                Cell(p, q);
            else
                (rareP, rareQ) = (rareP + p, rareQ + q);
        }
        if ((rareP + rareQ) * Math.Min(n, m) / all >= 5)
            Cell(rareP, rareQ);
        return TailProbability.ChiSquareUpper(statistic, cells - 1);
    }

    /// <summary>
    /// Returns the Kolmogorov–Smirnov distance of two histograms over the same bins: the largest difference of their cumulative shares.
    /// </summary>
    public static double KolmogorovSmirnov(IReadOnlyList<long> reference, IReadOnlyList<long> observed)
    {
        double n = reference.Sum(), m = observed.Sum(), p = 0, q = 0, largest = 0;
        if (n == 0 || m == 0)
            return 0;
        for (var bin = 0; bin < reference.Count; bin++)
        {
            p += reference[bin];
            q += observed[bin];
            largest = Math.Max(largest, Math.Abs(p / n - q / m));
        }
        return largest;
    }

    private static IEnumerable<(double P, double Q)> Pairs(
        IReadOnlyDictionary<string, long> reference, IReadOnlyDictionary<string, long> observed) =>
        reference.Keys.Union(observed.Keys).Order(StringComparer.Ordinal)
            .Select(label => ((double)reference.GetValueOrDefault(label), (double)observed.GetValueOrDefault(label)));

    private static double Term(double share, double middle) => share > 0 ? share * Math.Log(share / middle) : 0;

    private static double Square(double x) => x * x;
}

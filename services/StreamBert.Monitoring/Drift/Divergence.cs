using StreamBert.Monitoring.Statistics;

namespace StreamBert.Monitoring.Drift;

/// <summary>Distances between two samples of labels or of values in bins.</summary>
public static class Divergence
{
    /// <summary>
    /// Jensen–Shannon distance √(½KL(P‖M) + ½KL(Q‖M)) in base 2, so in [0, 1] (Lin 1991; Endres and Schindelin 2003). From the divergence
    /// its expectation without any drift, (k−1)(1/n+1/m)/(8 ln 2), is taken off: otherwise small samples of many labels look far apart.
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
    /// Population stability index Σ(qᵢ−pᵢ)ln(qᵢ/pᵢ), half a text added to each label. Reported, not alarmed on: its customary limits fire
    /// on small windows without any drift.
    /// </summary>
    public static double StabilityIndex(IReadOnlyDictionary<string, long> reference, IReadOnlyDictionary<string, long> observed)
    {
        var pairs = Pairs(reference, observed).ToList();
        double n = pairs.Sum(static pair => pair.P + 0.5), m = pairs.Sum(static pair => pair.Q + 0.5);
        return pairs.Select(pair => (P: (pair.P + 0.5) / n, Q: (pair.Q + 0.5) / m))
            .Sum(static pair => (pair.Q - pair.P) * Math.Log(pair.Q / pair.P));
    }

    /// <summary>
    /// p-value of Pearson's χ² test that both samples have one label mix. Labels with fewer than five expected texts in either are pooled.
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
        return Tails.ChiSquareUpper(statistic, cells - 1);
    }

    /// <summary>
    /// Kolmogorov–Smirnov distance of two histograms over the same bins: the greatest gap between their cumulative shares.
    /// </summary>
    public static double KolmogorovSmirnov(IReadOnlyList<long> reference, IReadOnlyList<long> observed)
    {
        double n = reference.Sum(), m = observed.Sum(), p = 0, q = 0, greatest = 0;
        if (n == 0 || m == 0)
            return 0;
        for (var bin = 0; bin < reference.Count; bin++)
        {
            p += reference[bin];
            q += observed[bin];
            greatest = Math.Max(greatest, Math.Abs(p / n - q / m));
        }
        return greatest;
    }

    private static IEnumerable<(double P, double Q)> Pairs(
        IReadOnlyDictionary<string, long> reference,
        IReadOnlyDictionary<string, long> observed) =>
        reference.Keys.Union(observed.Keys).Order(StringComparer.Ordinal)
            .Select(label => ((double)reference.GetValueOrDefault(label), (double)observed.GetValueOrDefault(label)));

    private static double Term(double share, double middle) => share > 0 ? share * Math.Log(share / middle) : 0;

    private static double Square(double x) => x * x;
}

namespace StreamBert.Monitoring.Drift;

/// <summary>Computes the distances of samples from their references.</summary>
internal static class Distances
{
    /// <summary>The mean square of the limit of √n·D (the variance of the Kolmogorov distribution plus its squared mean).</summary>
    private const double KolmogorovMeanSquare = 0.8225;

    /// <summary>The prior of the intraclass correlation of labels: a share of 20 % then varies by about 3 points between spans.</summary>
    private const double LabelPrior = 0.006;

    /// <summary>The prior of the dispersion of a distribution function: D then varies by about 0.04 between spans.</summary>
    private const double DistributionPrior = 0.002;

    private const double MinimumExpected = 5;

    /// <summary>
    /// Compares label counts with expected shares by Pearson's χ² per degree of freedom. Labels with fewer than five expected clusters are
    /// pooled.
    /// </summary>
    /// <param name="observed">The number of clusters by label.</param>
    /// <param name="expected">The expected shares by label.</param>
    /// <param name="referenceCount">The number of clusters behind the expected shares.</param>
    public static DriftDistance Labels(double[] observed, double[] expected, double referenceCount)
    {
        double n = observed.Sum(), statistic = 0, rareObserved = 0, rareExpected = 0;
        var cells = 0;
        for (var label = 0; label < observed.Length; label++)
        {
            var mean = n * expected[label];
            if (mean < MinimumExpected)
            {
                (rareObserved, rareExpected) = (rareObserved + observed[label], rareExpected + mean);
                continue;
            }
            statistic += Square(observed[label] - mean) / mean;
            cells++;
        }
        if (rareObserved + rareExpected > 0)
        {
            statistic += Square(rareObserved - rareExpected) / Math.Max(rareExpected, MinimumExpected);
            cells++;
        }
        var (degrees, effective) = (Math.Max(1, cells - 1), Effective(n, referenceCount));
        var used = observed.Where((count, label) => count > 0 || expected[label] > 0).Count();
        var value = JensenShannon(observed, expected, Bias(used, n, referenceCount));
        return new(value, statistic / degrees * effective / n, degrees, effective, LabelPrior);
    }

    /// <summary>
    /// Compares two histograms by the Kolmogorov–Smirnov distance: the largest difference of their cumulative shares.
    /// </summary>
    /// <param name="observed">The counts by bin.</param>
    /// <param name="expected">The expected shares by bin.</param>
    /// <param name="referenceCount">The number of texts behind the expected shares.</param>
    public static DriftDistance Distribution(double[] observed, double[] expected, double referenceCount)
    {
        double n = observed.Sum(), total = expected.Sum(), p = 0, q = 0, largest = 0;
        for (var bin = 0; bin < observed.Length; bin++)
        {
            (p, q) = (p + expected[bin] / total, q + observed[bin] / n);
            largest = Math.Max(largest, Math.Abs(p - q));
        }
        var effective = Effective(n, referenceCount);
        return new(largest, effective * Square(largest) / KolmogorovMeanSquare, 1, effective, DistributionPrior);
    }

    /// <summary>Compares a share with an expected share; only a rise has a positive distance.</summary>
    public static DriftDistance Rise(double observed, double expected, double count, double referenceCount)
    {
        var effective = Effective(count, referenceCount);
        var variance = Math.Max(expected * (1 - expected), 1 / Math.Max(count, 1));
        return new(observed - expected, effective * Square(observed - expected) / variance, 1, effective, DistributionPrior);
    }

    /// <summary>
    /// Returns the Jensen–Shannon distance √(½KL(P‖M) + ½KL(Q‖M)) in base 2, in [0, 1] (Lin 1991; Endres and Schindelin 2003).
    /// </summary>
    /// <param name="observed">The counts or shares by label.</param>
    /// <param name="reference">The counts or shares by label.</param>
    /// <param name="bias">The expected divergence without drift, which is subtracted.</param>
    public static double JensenShannon(double[] observed, double[] reference, double bias = 0)
    {
        double n = observed.Sum(), m = reference.Sum(), divergence = 0;
        if (n <= 0 || m <= 0)
            return 0;
        for (var label = 0; label < observed.Length; label++)
        {
            var (p, q) = (reference[label] / m, observed[label] / n);
            divergence += Term(p, (p + q) / 2) + Term(q, (p + q) / 2);
        }
        return Math.Sqrt(Math.Max(0, divergence / (2 * Math.Log(2)) - bias));
    }

    /// <summary>Returns the expectation of the divergence of two samples of one label mix, (k−1)(1/n+1/m)/(8 ln 2).</summary>
    public static double Bias(int labels, double n, double m) =>
        n > 0 && m > 0 ? (labels - 1) * (1 / n + 1 / m) / (8 * Math.Log(2)) : 0;

    /// <summary>
    /// Returns the population stability index Σ(qᵢ−pᵢ)ln(qᵢ/pᵢ), with half a text added to each label. It is reported but raises no alert:
    /// its customary limits are exceeded by small windows without drift.
    /// </summary>
    /// <param name="observed">The counts by label.</param>
    /// <param name="expected">The expected shares by label.</param>
    /// <param name="referenceCount">The number of texts behind the expected shares.</param>
    public static double StabilityIndex(double[] observed, double[] expected, double referenceCount)
    {
        const double added = 0.5;
        double n = observed.Sum() + added * observed.Length, m = referenceCount + added * observed.Length, sum = 0;
        for (var label = 0; label < observed.Length; label++)
        {
            var (p, q) = ((expected[label] * referenceCount + added) / m, (observed[label] + added) / n);
            sum += (q - p) * Math.Log(q / p);
        }
        return sum;
    }

    private static double Effective(double n, double m) => n > 0 && m > 0 ? n * m / (n + m) : 0;

    private static double Term(double share, double middle) => share > 0 ? share * Math.Log(share / middle) : 0;

    private static double Square(double x) => x * x;
}

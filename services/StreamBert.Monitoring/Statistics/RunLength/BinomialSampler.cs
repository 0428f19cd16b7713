namespace StreamBert.Monitoring.Statistics.RunLength;

/// <summary>
/// Draws binomial numbers: by inversion while the mean is small, by transformed rejection with squeeze (algorithm BTRS of Hörmann 1993)
/// beyond. The library's sampler draws every single trial.
/// </summary>
internal static class BinomialSampler
{
    private const double InversionLimit = 10;

    /// <summary>Draws the number of successes of <paramref name="n"/> trials.</summary>
    public static long Sample(Random random, long n, double p)
    {
        if (n <= 0 || p <= 0)
            return 0;
        if (p >= 1)
            return n;
        if (p > 0.5)
            return n - Sample(random, n, 1 - p);
        return n * p < InversionLimit ? Invert(random, n, p) : Reject(random, n, p);
    }

    private static long Invert(Random random, long n, double p)
    {
        var odds = p / (1 - p);
        var (u, term) = (random.NextDouble(), Math.Exp(n * Math.Log(1 - p)));
        for (var k = 0L; k < n; k++)
        {
            if (u < term)
                return k;
            u -= term;
            term *= odds * (n - k) / (k + 1);
        }
        return n;
    }

    private static long Reject(Random random, long n, double p)
    {
        var deviation = Math.Sqrt(n * p * (1 - p));
        var b = 1.15 + 2.53 * deviation;
        var a = -0.0873 + 0.0248 * b + 0.01 * p;
        var (center, acceptance, alpha) = (n * p + 0.5, 0.92 - 4.2 / b, (2.83 + 5.1 / b) * deviation);
        var mode = Math.Floor((n + 1) * p);
        while (true)
        {
            var (u, v) = (random.NextDouble() - 0.5, random.NextDouble());
            var distance = 0.5 - Math.Abs(u);
            var k = Math.Floor((2 * a / distance + b) * u + center);
            if (distance >= 0.07 && v <= acceptance)
                return (long)k;
            if (k < 0 || k > n)
                continue;
            if (Math.Log(v * alpha / (a / (distance * distance) + b)) <= LogRatio(n, p, k, mode))
                return (long)k;
        }
    }

    /// <summary>Returns the logarithm of the probability of k relative to that of the mode.</summary>
    private static double LogRatio(long n, double p, double k, double mode) =>
        LogFactorial.Of(mode) + LogFactorial.Of(n - mode) - LogFactorial.Of(k) - LogFactorial.Of(n - k)
        + (k - mode) * Math.Log(p / (1 - p));
}

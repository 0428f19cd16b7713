namespace StreamBert.Tests.Monitoring.Comparison;

/// <summary>Compares two samples of a continuous value by the largest distance of their empirical distributions.</summary>
internal static class KolmogorovSmirnov
{
    /// <summary>Returns D, the largest distance, and the probability of one at least as large without a difference.</summary>
    public static (double Distance, double PValue) Test(IReadOnlyCollection<double> first, IReadOnlyCollection<double> second)
    {
        double[] a = [.. first.Order()], b = [.. second.Order()];
        if (a.Length == 0 || b.Length == 0)
            return (0, 1);
        var (i, j, distance) = (0, 0, 0.0);
        while (i < a.Length && j < b.Length)
        {
            var value = Math.Min(a[i], b[j]);
            while (i < a.Length && a[i] == value)
                i++;
            while (j < b.Length && b[j] == value)
                j++;
            distance = Math.Max(distance, Math.Abs((double)i / a.Length - (double)j / b.Length));
        }
        return (distance, Upper(distance, a.Length, b.Length));
    }

    /// <summary>
    /// Returns P(D ≥ d) of the two-sample Kolmogorov–Smirnov statistic, by its asymptotic series with Stephens' modification
    /// (Stephens 1970). On binned values it is conservative.
    /// </summary>
    public static double Upper(double distance, long n, long m)
    {
        if (n <= 0 || m <= 0 || distance <= 0)
            return 1;
        var effective = Math.Sqrt((double)n * m / (n + m));
        var lambda = (effective + 0.12 + 0.11 / effective) * distance;
        if (lambda < 0.2)
            return 1; // the series does not converge there, and the probability is 1 to twelve digits
        double sum = 0;
        for (var j = 1; j <= 100; j++)
        {
            var term = Math.Exp(-2 * lambda * lambda * j * j);
            sum += j % 2 == 1 ? term : -term;
            if (term < 1e-16)
                break;
        }
        return Math.Clamp(2 * sum, 0, 1);
    }
}

namespace StreamBert.Monitoring.Statistics.TwoSample;

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
        return (distance, TailProbability.KolmogorovSmirnovUpper(distance, a.Length, b.Length));
    }
}

namespace StreamBert.Monitoring.Statistics;

/// <summary>Several tests in one report.</summary>
public static class FalseDiscovery
{
    /// <summary>
    /// The largest p-value that Benjamini and Hochberg (1995) reject at level <paramref name="level"/>: the largest p₍ᵢ₎ ≤ i·level/m;
    /// negative when they reject none.
    /// </summary>
    public static double Threshold(IEnumerable<double> pValues, double level)
    {
        double[] sorted = [.. pValues.Order()];
        for (var i = sorted.Length; i > 0; i--)
        {
            if (sorted[i - 1] <= i * level / sorted.Length)
                return sorted[i - 1];
        }
        return -1;
    }
}

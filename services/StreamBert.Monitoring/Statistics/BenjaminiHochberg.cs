namespace StreamBert.Monitoring.Statistics;

/// <summary>Controls the false discovery rate of several tests of one window (Benjamini and Hochberg 1995).</summary>
internal static class BenjaminiHochberg
{
    /// <summary>Stands for "no p-value is rejected".</summary>
    private const double RejectsNone = -1;

    /// <summary>
    /// Returns the largest p-value that the procedure rejects at <paramref name="level"/>: the largest p₍ᵢ₎ ≤ i·level/m. The result is
    /// negative if it rejects none.
    /// </summary>
    public static double Threshold(IEnumerable<double> pValues, double level)
    {
        double[] sorted = [.. pValues.Order()];
        for (var i = sorted.Length; i > 0; i--)
        {
            if (sorted[i - 1] <= i * level / sorted.Length)
                return sorted[i - 1];
        }
        return RejectsNone;
    }
}

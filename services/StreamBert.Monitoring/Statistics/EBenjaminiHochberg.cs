namespace StreamBert.Monitoring.Statistics;

/// <summary>
/// Controls the false discovery rate of several e-values, however they depend on each other (Wang and Ramdas 2022): rejects the largest k
/// with e₍ₖ₎ ≥ K/(k·level).
/// </summary>
internal static class EBenjaminiHochberg
{
    /// <summary>
    /// Returns the logarithm of the smallest e-value that is rejected at <paramref name="level"/>; positive infinity if none is rejected.
    /// </summary>
    /// <param name="logEValues">The natural logarithms of the e-values of all comparisons.</param>
    /// <param name="level">The false discovery rate.</param>
    public static double LogThreshold(IEnumerable<double> logEValues, double level)
    {
        double[] sorted = [.. logEValues.OrderDescending()];
        for (var k = sorted.Length; k > 0; k--)
        {
            if (sorted[k - 1] >= Math.Log(sorted.Length / (k * level)))
                return sorted[k - 1];
        }
        return double.PositiveInfinity;
    }
}

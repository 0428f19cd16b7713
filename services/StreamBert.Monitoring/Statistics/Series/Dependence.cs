namespace StreamBert.Monitoring.Statistics.Series;

/// <summary>
/// Describes how the residuals of successive windows depend on each other: a first-order autoregression seen through the noise of
/// counting, so that the autocorrelation at lag l is ρ₁·a^(l−1).
/// </summary>
/// <param name="Autocorrelation">ρ₁, the autocorrelation of residuals at lag 1.</param>
/// <param name="Decay">a, the factor by which it decreases from one lag to the next.</param>
internal readonly record struct Dependence(double Autocorrelation, double Decay)
{
    /// <summary>The largest factor; a rate with a longer memory is drift, not variation.</summary>
    public const double MaximumDecay = 0.99;

    /// <summary>
    /// Returns the factor by which the variance of a sum over <paramref name="windows"/> windows exceeds that of independent windows:
    /// 1 + 2·Σ(1 − l/w)·ρ₁·a^(l−1).
    /// </summary>
    public double Inflation(int windows)
    {
        if (Autocorrelation <= 0 || windows <= 1)
            return 1;
        var rest = 1 - Decay;
        var sum = (windows * rest - 1 + Math.Pow(Decay, windows)) / (windows * rest * rest);
        return 1 + 2 * Autocorrelation * sum;
    }
}

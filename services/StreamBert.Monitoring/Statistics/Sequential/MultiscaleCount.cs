using StreamBert.Monitoring.Statistics.Series;

namespace StreamBert.Monitoring.Statistics.Sequential;

/// <summary>
/// Accumulates evidence of a rise of a count over the last 1, 2, 4, … windows up to a day: for each scale the generalised log likelihood
/// ratio of a negative binomial whose variance includes dispersion, dependence between windows and the uncertainty of the reference; the
/// largest counts. Its threshold is found by simulation (<see cref="RunLength"/>).
/// </summary>
internal sealed class MultiscaleCount
{
    /// <summary>More than the rounding error of <see cref="Divergence"/>.</summary>
    private const double Rounding = 0.01;

    private readonly ScaleSums _sums = new();

    /// <summary>Adds a window and returns the evidence of a rise.</summary>
    /// <param name="model">The model of the series; its mean is not used.</param>
    /// <param name="count">The count.</param>
    /// <param name="mean">The expected count of this window.</param>
    /// <param name="referenceVariance">
    /// The variance of the relative error of the expected count, which all windows have in common.
    /// </param>
    public ScaleEvidence Add(in CountModel model, double count, double mean, double referenceVariance = 0)
    {
        _sums.Add(model.WindowsPerDay, [count, 1, mean, model.Variance(mean)]);
        var dependence = model.Dependence;
        ScaleEvidence strongest = default;
        Span<double> sum = stackalloc double[ScaleSums.Fields];
        for (var scale = 0; scale < _sums.Scales; scale++)
        {
            var windows = _sums.Sum(scale, sum);
            if (sum[2] <= 0 || sum[0] < sum[2] || LargestRise(sum) < strongest.Statistic)
                continue;
            var evidence = Test(windows, sum, dependence, referenceVariance);
            if (evidence.Statistic > strongest.Statistic)
                strongest = evidence;
        }
        return strongest;
    }

    /// <summary>
    /// Returns an upper bound of the statistic of a rise, which needs no logarithm: the second derivative of the half deviance is 1/σ² at
    /// the mean and decreases above it, and dependence only increases the variance.
    /// </summary>
    private static double LargestRise(ReadOnlySpan<double> sum)
    {
        var (excess, variance) = (sum[0] - sum[2], Math.Max(sum[2], sum[3]));
        return excess * excess / (2 * variance) * (1 + Rounding) + Rounding;
    }

    private static ScaleEvidence Test(int windows, ReadOnlySpan<double> sum, Dependence dependence, double referenceVariance)
    {
        var (count, mean) = (sum[0], sum[2]);
        var variance = Math.Max(mean, sum[3] * dependence.Inflation(windows) + mean * mean * referenceVariance);
        return new(Divergence(count, mean, variance), windows, count, windows, mean, Math.Sqrt(variance));
    }

    /// <summary>
    /// Returns half the deviance of a negative binomial with k = μ²/(σ² − μ): x·ln(x/μ) − (x + k)·ln((x + k)/(μ + k)); of a Poisson
    /// without excess variance.
    /// </summary>
    public static double Divergence(double x, double mean, double variance)
    {
        var log = x <= 0 ? 0 : x * Math.Log(x / mean);
        if (variance <= mean * (1 + 1e-6))
            return log - (x - mean);
        var k = mean * mean / (variance - mean);
        return Math.Max(0, log - (x + k) * Math.Log((x + k) / (mean + k)));
    }
}

using StreamBert.Monitoring.Statistics.Series;

namespace StreamBert.Monitoring.Statistics.Sequential;

/// <summary>
/// Accumulates evidence of a change of a count over the last 1, 2, 4, … windows up to a day: for each scale the generalised log likelihood
/// ratio of a negative binomial whose variance includes dispersion, dependence between windows and the uncertainty of the reference; the
/// largest counts. Its threshold is found by simulation (<see cref="RunLength"/>).
/// </summary>
internal sealed class MultiscaleCount
{
    /// <summary>The sums over the scales.</summary>
    public ScaleSums Sums { get; set; } = new();

    /// <summary>Adds a window and returns the evidence of a rise and of a fall.</summary>
    /// <param name="model">The model of the series; its mean is not used.</param>
    /// <param name="count">The count.</param>
    /// <param name="mean">The expected count of this window.</param>
    /// <param name="referenceVariance">
    /// The variance of the relative error of the expected count, which all windows have in common.
    /// </param>
    public (ScaleEvidence Rise, ScaleEvidence Fall) Add(in CountModel model, double count, double mean, double referenceVariance = 0)
    {
        Sums.Add(model.WindowsPerDay, [count, 1, mean, model.Variance(mean)]);
        var dependence = model.Dependence;
        ScaleEvidence rise = default, fall = default;
        Span<double> sum = stackalloc double[ScaleSums.Fields];
        for (var scale = 0; scale < Sums.Scales; scale++)
        {
            var evidence = Test(Sums.Sum(scale, sum), sum, dependence, referenceVariance);
            ref var strongest = ref evidence.Observed >= evidence.Expected ? ref rise : ref fall;
            if (evidence.Statistic > strongest.Statistic)
                strongest = evidence;
        }
        return (rise, fall);
    }

    private static ScaleEvidence Test(int windows, ReadOnlySpan<double> sum, Dependence dependence, double referenceVariance)
    {
        var (count, mean) = (sum[0], sum[2]);
        if (mean <= 0)
            return default;
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

using StreamBert.Monitoring.Statistics.Series;

namespace StreamBert.Monitoring.Statistics.Sequential;

/// <summary>
/// Accumulates evidence of a change of a share over the last 1, 2, 4, … windows up to a day, so that a series of a few clusters per window
/// is enough: for each scale the generalised log likelihood ratio n·KL(k/n ‖ p) of the pooled clusters, divided by the inflation of the
/// variance by dispersion within windows, dependence between windows and the uncertainty of the reference; the largest counts (Siegmund
/// and Venkatraman 1995). Its threshold is found by simulation (<see cref="RunLength"/>).
/// </summary>
internal sealed class MultiscaleShare
{
    /// <summary>The sums over the scales.</summary>
    public ScaleSums Sums { get; set; } = new();

    /// <summary>Adds a window and returns the evidence of a rise and of a fall.</summary>
    /// <param name="model">The model of the series; its share is not used.</param>
    /// <param name="clusters">The number of clusters.</param>
    /// <param name="selected">The number of them with the label; a cluster that is partly selected counts partly.</param>
    /// <param name="share">The expected share in this window.</param>
    /// <param name="referenceVariance">The variance of the error of the expected share, which all windows have in common.</param>
    public (ScaleEvidence Rise, ScaleEvidence Fall) Add(
        in ShareModel model, double clusters, double selected, double share, double referenceVariance = 0)
    {
        Sums.Add(model.WindowsPerDay, [selected, clusters, clusters * share, model.Variance(clusters, share)]);
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
        var (selected, clusters, expected) = (sum[0], sum[1], sum[2]);
        if (clusters <= 0 || expected <= 0 || expected >= clusters)
            return default;
        var variance = sum[3] * dependence.Inflation(windows) + clusters * clusters * referenceVariance;
        var binomial = expected * (1 - expected / clusters);
        var statistic = Divergence(selected, clusters, expected) / Math.Max(1, variance / binomial);
        return new(statistic, windows, selected, clusters, expected, Math.Sqrt(Math.Max(variance, binomial)));
    }

    /// <summary>Returns n·KL(k/n ‖ e/n) in nats.</summary>
    private static double Divergence(double k, double n, double e)
    {
        var selected = k <= 0 ? 0 : k * Math.Log(k / e);
        return selected + (n - k <= 0 ? 0 : (n - k) * Math.Log((n - k) / (n - e)));
    }
}

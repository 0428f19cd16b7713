using StreamBert.Contracts;
using StreamBert.Monitoring.Baselines;
using StreamBert.Monitoring.Statistics;
using StreamBert.Monitoring.Statistics.RunLength;
using StreamBert.Monitoring.Statistics.Sequential;
using StreamBert.Monitoring.Statistics.Series;

namespace StreamBert.Monitoring.Volume;

/// <summary>What the strongest span of a series says.</summary>
/// <param name="Windows">The number of windows of the span.</param>
/// <param name="Clusters">Its clusters.</param>
/// <param name="Texts">Its texts.</param>
/// <param name="Expected">The expected number of clusters.</param>
/// <param name="Variance">The variance of the clusters.</param>
/// <param name="Statistic">Half the deviance of the clusters.</param>
internal readonly record struct SpanEvidence(
    long Windows, double Clusters, double Texts, double Expected, double Variance, double Statistic);

/// <summary>
/// Judges the spans of a series. The clusters of a span are negative binomial; their variance has the dispersion that was measured at its
/// length, and the uncertainty of the expectation, which all windows of a span share. The statistic is half the deviance, so that an empty
/// run has −ln of its probability.
/// </summary>
/// <param name="rule">The floors of the effect.</param>
/// <param name="window">The length of a window.</param>
internal sealed class VolumeCriteria(VolumeRule rule, TimeSpan window)
{
    private const double HoursPerDay = 24;

    /// <summary>The number of windows below the threshold after which a surge ends.</summary>
    private const int EpisodeGap = 3;

    /// <summary>A run of windows that is more probable is no silence, however seldom its series has texts.</summary>
    private static readonly double MinimumSilence = Math.Log(100);

    /// <summary>
    /// In an hour of the day that was never seen, the rate of a pipeline may fall abruptly, as at the close of a market: to this part of
    /// it, and so often that this part of the windows follows such a change more closely than the rate of the last minutes does.
    /// </summary>
    private const double AbruptRatio = 0.1, AbruptShare = 0.07;

    /// <summary>Windows of this length and longer need no confirmation by a second one.</summary>
    private static readonly TimeSpan LongWindow = TimeSpan.FromMinutes(15);

    private static readonly ThresholdSolver<CountModel> Surges = new("volume surge", static (model, random) =>
    {
        var (counts, evidence) = (new CountSimulator(model, random), new MultiscaleCount());
        return () => evidence.Add(model, counts.Next(), model.Mean).Statistic;
    }, EpisodeGap);

    /// <summary>
    /// The number of consecutive windows that a surge must last, and a silence on the first day. The threshold is that of one window: how
    /// much a second one proves depends on the dependence of successive windows, which the model knows only roughly.
    /// </summary>
    public int Confirmations { get; } = window < LongWindow ? 2 : 1;

    public int WindowsPerDay { get; } = Math.Max(1, (int)Math.Round(TimeSpan.FromDays(1) / window));

    /// <summary>
    /// Returns the statistic at which a surge is raised. The parameters of the series are taken over once a day, and more often at first.
    /// </summary>
    public double SurgeThreshold(VolumeSeries series, BaselinePool pool, double runLength)
    {
        var surge = series.Surge;
        if (surge.Hours == 0 || pool.Hours >= Math.Min(2 * surge.Hours, surge.Hours + HoursPerDay))
        {
            var mean = series.Baseline.Level.Exposure() > 0 ? series.Baseline.Level.Amount() / series.Baseline.Level.Exposure() : 1;
            var (inflation, between) = pool.Dispersion.At(0);
            surge.Mean = Math.Max(mean, 0.01);
            surge.Dispersion = Math.Max(0, series.Residuals.Factor() * (inflation / surge.Mean + between) - 1 / surge.Mean);
            surge.Autocorrelation = pool.Dispersion.Autocorrelation(surge.Mean);
            surge.Hours = Math.Max(pool.Hours, window.TotalHours);
        }
        var model = new CountModel(WindowsPerDay, surge.Mean, surge.Dispersion, surge.Autocorrelation);
        return Surges.Threshold(model.Quantise(), runLength);
    }

    /// <summary>
    /// Returns the statistic at which a silence is raised: a run that begins in a given window reaches −ln of a probability with at most
    /// that probability, and there are at most as many beginnings as windows with texts (union bound).
    /// </summary>
    public static double SilenceThreshold(SpanEvidence run, double runLength) =>
        Math.Max(MinimumSilence, Math.Log(runLength * (1 - Math.Exp(-run.Expected / run.Windows))));

    /// <summary>
    /// Returns the span whose clusters exceed the expectation most, among those that have the effect and still last. Half the effect is
    /// enough for a surge that fires, so that one that varies is one surge.
    /// </summary>
    public SpanEvidence StrongestRise(VolumeSeries series, BaselinePool pool)
    {
        var effect = (rule.SurgeRatio - 1) / (series.Surge.IsFiring ? 2 : 1);
        var strongest = LastWindow(series);
        Span<double> sum = stackalloc double[ScaleSums.Fields], latest = stackalloc double[ScaleSums.Fields];
        for (var scale = 0; scale < series.Sums.Scales && series.Sums.Windows > 0; scale++)
        {
            var windows = series.Sums.Sum(scale, sum);
            series.Sums.Sum(Math.Max(0, scale - 2), latest);
            var isSurge = sum[0] >= (1 + effect) * sum[2] && sum[3] >= rule.MinimumCount && latest[0] >= (1 + effect / 2) * latest[2];
            if (!isSurge || sum[2] <= 0)
                continue;
            var evidence = Judge(series, pool, windows, sum[0], sum[3], sum[2], sum[1]);
            strongest = evidence.Statistic > strongest.Statistic ? evidence : strongest;
        }
        return strongest;
    }

    /// <summary>Returns the evidence of the current run of nearly empty windows.</summary>
    public static SpanEvidence Run(VolumeSeries series, BaselinePool pool)
    {
        var run = series.Silence;
        if (run.IsEmpty || run.Expected <= 0)
            return LastWindow(series);
        var evidence = Judge(series, pool, run.Windows, run.Clusters, run.Texts, run.Expected, run.Deviation);
        return run.Unproven > 0 ? evidence with { Statistic = Math.Min(evidence.Statistic, AgainstAbruptChange(run)) } : evidence;
    }

    /// <summary>Returns −ln of the probability of a run after an abrupt change of the rate.</summary>
    private static double AgainstAbruptChange(SilenceRun run)
    {
        var expected = run.Expected - (1 - AbruptRatio) * run.Unproven;
        return run.Clusters >= expected ? 0 : MultiscaleCount.Divergence(run.Clusters, expected, expected) - Math.Log(AbruptShare);
    }

    private static SpanEvidence LastWindow(VolumeSeries series) =>
        new(1, series.Recent[^1].Clusters, series.Recent[^1].Texts, series.Recent[^1].Mean ?? 0, 0, 0);

    private static SpanEvidence Judge(
        VolumeSeries series, BaselinePool pool, long windows, double clusters, double texts, double expected, double deviation)
    {
        var (inflation, between) = pool.Dispersion.At(Dispersion.ScaleOf((int)Math.Min(windows, int.MaxValue / 4)));
        var own = series.Residuals.Factor() * (inflation * expected + between * expected * expected) + deviation * deviation;
        var variance = Math.Max(expected, own);
        return new(windows, clusters, texts, expected, variance, MultiscaleCount.Divergence(clusters, expected, variance));
    }
}

using StreamBert.Monitoring.Baselines;
using StreamBert.Monitoring.Statistics.RunLength;
using StreamBert.Monitoring.Statistics.Sequential;
using StreamBert.Monitoring.Statistics.Series;

namespace StreamBert.Monitoring.Labels;

/// <summary>
/// Solves the thresholds of the two statistics by simulating them under the model of the series: the same spans and tests as in use, on
/// windows whose dispersion and autocorrelation are those of the model.
/// </summary>
internal static class LabelThresholds
{
    /// <summary>The number of windows without a breach after which an alert is resolved.</summary>
    public const int ClearAfter = 2;

    private const int StepsPerDay = 24;

    /// <summary>One span of a window, and each longer span at every half of it: 1 + 1 + ½ + ¼ + …</summary>
    private const double SpansPerWindow = 3;

    /// <summary>The largest difference from the threshold of independent tests, in −ln p.</summary>
    private const double LargestGain = 2.5;

    private static readonly ThresholdSolver<ShareModel> ShareSpans = new("label share over spans", SimulateShare, ClearAfter);
    private static readonly ThresholdSolver<CountModel> CountSpans = new("label count over spans", SimulateCount, ClearAfter);
    private static readonly ThresholdSolver<ShareModel> ShareSteps = new("slow change of a label share", SimulateSteps, ClearAfter);

    /// <summary>Returns the number of scales of windows: the longest span is the longest that fits into a day.</summary>
    public static int ScalesOf(double windowsPerDay) => Math.Max(0, (int)Math.Log2(Math.Max(1, windowsPerDay)));

    /// <summary>Returns −ln p of the least significant span that is an alarm.</summary>
    public static double OfShareSpans(in ShareModel model, double runLength) =>
        Bound(ShareSpans.Threshold(model.Quantise(), runLength), runLength);

    /// <summary>Returns −ln p of the least significant span that is an alarm.</summary>
    public static double OfCountSpans(in CountModel model, double runLength) =>
        Bound(CountSpans.Threshold(model.Quantise(), runLength), runLength);

    /// <summary>Returns the threshold of the CUSUM of a share; <paramref name="model"/> describes steps of about an hour.</summary>
    public static double OfShareSteps(in ShareModel model, double runLength) =>
        ShareSteps.Threshold((model with { WindowsPerDay = StepsPerDay }).Quantise(), runLength);

    /// <summary>Returns the threshold of the CUSUM of a count, whose steps hold so many texts that residuals are nearly normal.</summary>
    public static double OfCountSteps(double runLength)
    {
        double low = 0, high = 60;
        while (high - low > 0.01)
        {
            var middle = (low + high) / 2;
            (low, high) = Cusum.RunLength(middle) < runLength ? (middle, high) : (low, middle);
        }
        return high;
    }

    /// <summary>
    /// Bounds a threshold. Boole's inequality is an upper bound, as three spans are tested in a window on average; a much lower one would
    /// trust the extrapolation of rare events too far.
    /// </summary>
    private static double Bound(double threshold, double runLength)
    {
        var highest = Math.Log(SpansPerWindow * runLength);
        return Math.Clamp(threshold, highest - LargestGain, highest);
    }

    private static Func<double> SimulateShare(ShareModel model, Random random)
    {
        var simulator = new ShareSimulator(model, random);
        var inflation = 1 + Math.Max(0, model.MeanClusters - 1) * model.Dispersion;
        var dependence = DependenceOf(model.LatentCorrelation, model.MeanClusters * model.Dispersion / (1 - model.Dispersion));
        return Simulate(BaselineMeasure.Share, model.WindowsPerDay, inflation, dependence, () =>
        {
            var (clusters, selected) = simulator.Next();
            return new()
            {
                Size = clusters,
                Amount = selected,
                Expected = (float)(clusters * model.Share),
                Variance = (float)(clusters * BaselineMeasure.Share.OfUnit(model.Share)),
            };
        });
    }

    private static Func<double> SimulateCount(CountModel model, Random random)
    {
        var (simulator, mean) = (new CountSimulator(model, random), (float)model.Mean);
        var between = model.Mean * model.Dispersion;
        var dependence = DependenceOf(model.LatentCorrelation, between);
        return Simulate(BaselineMeasure.Count, model.WindowsPerDay, 1 + between, dependence, () => new()
        {
            Size = mean,
            Amount = simulator.Next(),
            Expected = mean,
            Variance = mean,
        });
    }

    /// <summary>Returns the dependence that the simulated windows have.</summary>
    /// <param name="latent">The autocorrelation of the rate.</param>
    /// <param name="between">The ratio of the variance of the rate to that of counting.</param>
    private static Dependence DependenceOf(double latent, double between) => new(latent * between / (1 + between), latent);

    private static Func<double> Simulate(
        BaselineMeasure measure, int windowsPerDay, double inflation, Dependence dependence, Func<SpanSums> next)
    {
        var spans = SpanBlocks.Create(ScalesOf(windowsPerDay));
        double[] inflations = [.. Enumerable.Range(0, spans.Levels + 1).Select(scale => inflation * dependence.Inflation(1 << scale))];
        return () =>
        {
            var (largest, evidence, nearest) = (spans.Add(spans.Next, next()), 0.0, double.NegativeInfinity);
            for (var scale = 0; scale <= largest; scale++)
            {
                var sums = spans.At(scale);
                var variance = sums.Variance * inflations[scale];
                var deviation = SpanTest.Deviation(sums, variance);
                if (deviation < SpanTest.FarFromAlert)
                    nearest = Math.Max(nearest, deviation); // the largest deviation has the smallest probability
                else
                    evidence = Math.Max(evidence, -Math.Log(SpanTest.PValue(measure, sums, variance, isAbove: true)));
            }
            return Math.Max(evidence, -Math.Log(SpanTest.NormalUpper(nearest)));
        };
    }

    private static Func<double> SimulateSteps(ShareModel model, Random random)
    {
        var (simulator, cusum) = (new ShareSimulator(model, random), new Cusum());
        return () =>
        {
            var (clusters, selected) = simulator.Next();
            cusum.Add(model.Residual(clusters, selected, model.Share));
            return cusum.Up;
        };
    }
}

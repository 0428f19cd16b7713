using StreamBert.Contracts;
using StreamBert.Monitoring.Baselines;
using StreamBert.Monitoring.Statistics.Series;

namespace StreamBert.Monitoring.Labels;

/// <summary>
/// What a label rule expects of the series that share a pool: the mean of a window, the variance of a span, and the thresholds that follow
/// from both.
/// </summary>
/// <param name="rule">The rule.</param>
/// <param name="window">The length of a window.</param>
/// <param name="pool">What the series have in common.</param>
internal sealed class LabelModel(LabelRule rule, TimeSpan window, BaselinePool pool)
{
    /// <summary>The weight of the pool in the dispersion of a series, in spans.</summary>
    private const double PoolSpans = 20;

    /// <summary>
    /// A variance from few spans is itself uncertain: like Student's t in the far tail, it counts as larger by so many parts in the number
    /// of spans.
    /// </summary>
    private const double Widening = 15;

    /// <summary>The spans that the prior of the dispersion stands for.</summary>
    private const double PriorSpans = 10;

    /// <summary>The number of clusters per window of a series without history, for which thresholds are solved.</summary>
    private const double UnknownClusters = 10;

    /// <summary>The number of spans of a series at which older ones begin to be forgotten.</summary>
    private const float MaximumSpans = 5000;

    /// <summary>The exposure from which on a series has sums by hour of the week.</summary>
    private const double MinimumShareExposure = 1000, MinimumCountExposure = 60;

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly double _windowsPerDay = TimeSpan.FromDays(1) / window;

    public BaselineMeasure Measure { get; } = rule.Measure == LabelMeasure.Share ? BaselineMeasure.Share : BaselineMeasure.Count;

    public BaselinePool Pool { get; } = pool;

    public SeasonalModel Seasonal { get; } = new(MeasureOf(rule), window, pool);

    public BaselineLearning Learning => field ??= new(
        Seasonal, window, Measure == BaselineMeasure.Share ? MinimumShareExposure : MinimumCountExposure);

    /// <summary>The number of scales of spans.</summary>
    public int Scales => LabelThresholds.ScalesOf(_windowsPerDay);

    /// <summary>The scale of a step of the slow change: the shortest span of at least an hour.</summary>
    public int StepScale { get; } = Math.Max(0, (int)Math.Ceiling(Math.Log2(Hour / window)));

    /// <summary>The number of windows of the hopping window of the rule; 1 without one.</summary>
    public int HoppingWindows { get; } = rule.Window is { } hopping ? (int)Math.Round(hopping / window) : 1;

    /// <summary>Whether windows are kept one by one: for a hopping window, and to know whether a count is complete.</summary>
    public bool IsHopping { get; } = rule is { Window: not null } or { Threshold: not null, Measure: LabelMeasure.Count };

    /// <summary>The shortest scale that is judged: that of the hopping window.</summary>
    public int FirstScale => HoppingWindow.ScaleOf(HoppingWindows);

    /// <summary>Returns what is observed in a window and what was expected of it.</summary>
    public SpanSums SumsOf(in LabelCounts counts, BaselineEstimate? prediction)
    {
        if (prediction is not { } expected)
            return default;
        var exposure = Measure == BaselineMeasure.Share ? counts.Clusters.All : 1;
        return new()
        {
            Size = (float)(Measure == BaselineMeasure.Share ? exposure : expected.Mean),
            Amount = (float)counts.Clusters.Selected,
            Expected = (float)(exposure * expected.Mean),
            Variance = (float)(exposure * Measure.OfUnit(expected.Mean)),
            Uncertainty = (float)(exposure * Math.Sqrt(expected.Variance)),
            Texts = counts.Texts.All,
            Selected = counts.Texts.Selected,
        };
    }

    /// <summary>Returns the variance of the amount of a span: that of its clusters, and that of the expectation.</summary>
    public double VarianceOf(LabelSeries series, int scale, in SpanSums sums) =>
        VarianceOfAmount(series, scale, sums) + (double)sums.Uncertainty * sums.Uncertainty;

    /// <summary>Returns the variance of the amount of a span around its true mean.</summary>
    public double VarianceOfAmount(LabelSeries series, int scale, in SpanSums sums) =>
        sums.Variance * InflationOf(series, scale, sums.Size) * (1 + Widening / (PriorSpans + Pool.Dispersion.SpansAt(scale)));

    /// <summary>Returns the ratio of the variance of the amount to that of independent clusters.</summary>
    public double InflationOf(LabelSeries series, int scale, double size)
    {
        var (inflation, between) = Pool.Dispersion.At(scale);
        return (inflation + between * size) * FactorOf(series, scale);
    }

    /// <summary>Measures the dispersion with a span of a scale.</summary>
    public void MeasureDispersion(LabelSeries series, int scale, in HeldBackSpan span)
    {
        var variance = (double)span.Variance * InflationOf(series, scale, span.Size);
        if (variance <= 0)
            return;
        var weight = variance / (variance + span.Uncertainty * span.Uncertainty);
        weight *= weight;
        var (squared, expected) = Pool.Dispersion.Add(scale, span.Residual, span.Variance, span.Size, weight);
        if (series.Factors.Length == 0)
            series.Factors = new float[3 * (Scales + 1)];
        var factors = series.Factors.AsSpan(3 * scale, 3);
        factors[0] += (float)(weight * squared);
        factors[1] += (float)(weight * expected);
        factors[2] += (float)weight;
        if (factors[2] < MaximumSpans)
            return;
        for (var i = 0; i < factors.Length; i++)
            factors[i] /= 2;
    }

    /// <summary>Returns the model of the windows of a series, for which its thresholds are solved.</summary>
    public ShareModel ShareModelOf(LabelSeries series, double share, bool isAbove)
    {
        var clusters = ClustersOf(series);
        var correlation = CorrelationOf(InflationOf(series, 0, clusters), clusters);
        return new(
            (int)Math.Round(_windowsPerDay), clusters, isAbove ? share : 1 - share, correlation, Pool.Dispersion.Autocorrelation(clusters));
    }

    /// <summary>Returns the model of the steps of the slow change.</summary>
    public ShareModel StepModelOf(LabelSeries series, double share, bool isAbove)
    {
        var clusters = Math.Max(1, ClustersOf(series) * Math.Pow(2, StepScale));
        var (one, two) = (InflationOf(series, StepScale, clusters), InflationOf(series, StepScale + 1, 2 * clusters));
        return new(
            (int)Math.Round(_windowsPerDay), clusters, isAbove ? share : 1 - share, CorrelationOf(one, clusters),
            Math.Clamp(two / one - 1, 0, 0.9));
    }

    /// <summary>Returns the model of the counts of a series.</summary>
    public CountModel CountModelOf(LabelSeries series, double mean)
    {
        var positive = Measure.Clamp(mean);
        return new(
            (int)Math.Round(_windowsPerDay), positive, Math.Max(0, InflationOf(series, 0, positive) - 1) / positive,
            Pool.Dispersion.Autocorrelation(positive));
    }

    /// <summary>Returns the usual number of clusters per window.</summary>
    private double ClustersOf(LabelSeries series) => series.Baseline.ChunkExposure is > 0 and var chunk
        ? Math.Max(0.01, chunk / BaselineLearning.ChunkLength(window)) : UnknownClusters;

    private static BaselineMeasure MeasureOf(LabelRule rule) =>
        rule.Measure == LabelMeasure.Share ? BaselineMeasure.Share : BaselineMeasure.Count;

    /// <summary>Returns the intraclass correlation that gives the design effect.</summary>
    private static double CorrelationOf(double inflation, double clusters) =>
        clusters < 1.5 ? 0 : Math.Clamp((inflation - 1) / (clusters - 1), 0, 0.9);

    private static double FactorOf(LabelSeries series, int scale)
    {
        if (series.Factors.Length <= 3 * scale)
            return 1;
        var (squared, expected, spans) = (series.Factors[3 * scale], series.Factors[3 * scale + 1], series.Factors[3 * scale + 2]);
        return expected > 0 ? (spans * squared / expected + PoolSpans) / (spans + PoolSpans) : 1;
    }
}

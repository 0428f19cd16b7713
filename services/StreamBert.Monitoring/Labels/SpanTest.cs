using StreamBert.Monitoring.Baselines;
using StreamBert.Monitoring.Statistics;

namespace StreamBert.Monitoring.Labels;

/// <summary>
/// Tests whether the amount of a span is compatible with its expectation: the tail of a beta-binomial (share) or a negative binomial
/// (count) whose variance is the measured one of spans of that length, plus that of the expectation itself.
/// </summary>
internal static class SpanTest
{
    /// <summary>Nearer than so many standard deviations the normal approximation is used: such a span is far from an alert.</summary>
    public const double FarFromAlert = 2;

    /// <summary>The smallest and the largest intraclass correlation: independent clusters, and clusters that nearly always agree.</summary>
    private const double MinimumCorrelation = 1e-7, MaximumCorrelation = 0.95;

    /// <summary>The smallest ratio of the variance of a count to its mean.</summary>
    private const double MinimumDispersion = 1.0001;

    /// <summary>The error of sums of single precision.</summary>
    public const double Rounding = 1e-4;

    /// <summary>Returns the probability of an amount at least so far above (or below) the expectation.</summary>
    /// <param name="measure">What is watched.</param>
    /// <param name="sums">The span.</param>
    /// <param name="variance">The variance of the amount.</param>
    /// <param name="isAbove">Whether the upper tail is meant.</param>
    public static double PValue(BaselineMeasure measure, in SpanSums sums, double variance, bool isAbove)
    {
        if (sums.Size <= 0 || variance <= 0)
            return 1;
        var deviation = Deviation(sums, variance) * (isAbove ? 1 : -1);
        if (deviation < FarFromAlert)
            return NormalUpper(deviation);
        return measure == BaselineMeasure.Share ? Share(sums, variance, isAbove) : Count(sums, variance, isAbove);
    }

    /// <summary>
    /// Returns by how many standard deviations the amount exceeds the expectation; −∞ if the span says nothing.
    /// </summary>
    public static double Deviation(in SpanSums sums, double variance) => sums.Size <= 0 || variance <= 0
        ? double.NegativeInfinity : (sums.Amount - sums.Expected) / Math.Sqrt(variance);

    /// <summary>Returns the probability of so many standard deviations or more.</summary>
    public static double NormalUpper(double z) => 0.5 * MathNet.Numerics.SpecialFunctions.Erfc(z / Math.Sqrt(2));

    private static double Share(in SpanSums sums, double variance, bool isAbove)
    {
        var mean = BaselineMeasure.Share.Clamp(isAbove ? sums.ExpectedMean : 1 - sums.ExpectedMean);
        var amount = isAbove ? sums.Amount : sums.Size - sums.Amount;
        var ratio = variance / (sums.Size * mean * (1 - mean));
        var correlation = Math.Clamp(sums.Size > 1 ? (ratio - 1) / (sums.Size - 1) : 0, MinimumCorrelation, MaximumCorrelation);
        var weight = 1 / correlation - 1;
        return TailProbability.BetaBinomialUpper(amount - Rounding, sums.Size, weight * mean, weight * (1 - mean));
    }

    private static double Count(in SpanSums sums, double variance, bool isAbove)
    {
        var (mean, spread) = ((double)sums.Expected, Math.Max(variance, sums.Expected * MinimumDispersion));
        return isAbove
            ? TailProbability.NegativeBinomialUpper((long)Math.Floor(sums.Amount + Rounding), mean, spread)
            : TailProbability.NegativeBinomialLower((long)Math.Ceiling(sums.Amount - Rounding), mean, spread);
    }
}

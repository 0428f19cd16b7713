using MathNet.Numerics.Distributions;
using StreamBert.Contracts;

namespace StreamBert.Monitoring.Labels;

/// <summary>Computes the exact interval of the mean of a Poisson count (Garwood 1936), widened for a count that varies more.</summary>
internal static class CountInterval
{
    private const double OneTail = 0.025;

    /// <summary>Returns the two-sided 95 % interval of the count in a time.</summary>
    /// <param name="count">The count in all times together.</param>
    /// <param name="inflation">The ratio of its variance to that of a Poisson count.</param>
    /// <param name="times">The number of times.</param>
    public static Interval Of(double count, double inflation, double times)
    {
        var (independent, scale) = (Math.Max(0, count) / inflation, inflation / times);
        var low = independent > 0 ? Gamma.InvCDF(independent, 1, OneTail) : 0;
        return new(low * scale, Gamma.InvCDF(independent + 1, 1, 1 - OneTail) * scale);
    }
}

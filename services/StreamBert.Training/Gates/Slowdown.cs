using MathNet.Numerics.Distributions;
using StreamBert.Contracts;

namespace StreamBert.Training.Gates;

/// <summary>The candidate's time for the same texts relative to the champion's.</summary>
/// <param name="Median">The median over the rounds of the measurement, each of which times both.</param>
/// <param name="Interval">The one-sided 95 % bounds of the median.</param>
internal sealed record Slowdown(double Median, Interval Interval)
{
    /// <summary>
    /// Estimates the median with its bounds, by the sign test: other load on the machine delays some rounds by any factor, and moves an
    /// order statistic little (Conover 1999, "Practical Nonparametric Statistics", section 3.2).
    /// </summary>
    /// <param name="ratios">The candidate's time divided by the champion's, of each round.</param>
    /// <returns>Null for fewer than five rounds, which show nothing at 95 %.</returns>
    public static Slowdown? Of(IEnumerable<double> ratios)
    {
        double[] sorted = [.. ratios.Order()];
        var bound = -1;
        while (Binomial.CDF(0.5, sorted.Length, bound + 1) <= Gate.Significance)
            bound++;
        return bound < 0 ? null : new(
            (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2, new(sorted[bound], sorted[^(bound + 1)]));
    }
}

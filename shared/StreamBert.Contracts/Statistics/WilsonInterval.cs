namespace StreamBert.Contracts;

/// <summary>
/// Computes the score interval of a proportion (Wilson 1927). It stays within 0 and 1 and keeps its coverage for small counts and for
/// proportions near 0 and 1, where p ± 1.96 standard errors does not.
/// </summary>
public static class WilsonInterval
{
    /// <summary>The normal quantile of a two-sided 95 % interval.</summary>
    public const double TwoSided95 = 1.959963984540054;

    /// <summary>The normal quantile of a one-sided 95 % bound.</summary>
    public const double OneSided95 = 1.645;

    /// <summary>Returns the interval of <paramref name="selected"/> out of <paramref name="count"/>; without any it is 0 to 1.</summary>
    /// <param name="selected">The number of selected items.</param>
    /// <param name="count">The number of items.</param>
    /// <param name="z">The normal quantile of the confidence level.</param>
    public static Interval Of(long selected, long count, double z = TwoSided95) =>
        Of(count <= 0 ? 0 : (double)selected / count, (double)count, z);

    /// <summary>Returns the upper bound of the one-sided 95 % interval of a proportion.</summary>
    public static double UpperBound(double proportion, long count) => Of(proportion, (double)count, OneSided95).High;

    /// <summary>Returns the interval of a proportion of an effective, not necessarily integer, number of independent items.</summary>
    /// <param name="proportion">The proportion, 0 to 1.</param>
    /// <param name="count">The effective number of items.</param>
    /// <param name="z">The normal quantile of the confidence level.</param>
    public static Interval Of(double proportion, double count, double z = TwoSided95)
    {
        if (count <= 0)
            return new(0, 1);
        var squared = z * z;
        var center = proportion + squared / (2 * count);
        var half = z * Math.Sqrt(proportion * (1 - proportion) / count + squared / (4 * count * count));
        var scale = 1 + squared / count;
        return new(Math.Max(0, (center - half) / scale), Math.Min(1, (center + half) / scale));
    }
}

using StreamBert.Contracts;

namespace StreamBert.Monitoring.Statistics;

/// <summary>Intervals for rates and for differences of rates.</summary>
public static class Rates
{
    /// <summary>Two-sided 95 %.</summary>
    public const double Z95 = 1.959963984540054;

    /// <summary>
    /// Wilson's score interval for <paramref name="selected"/> of <paramref name="count"/> (Wilson 1927): it holds its level for
    /// small counts and for rates near 0 and 1. Without texts it is the whole of [0, 1].
    /// </summary>
    public static Interval Wilson(long selected, long count, double z = Z95)
    {
        if (count <= 0)
            return new(0, 1);
        double rate = (double)selected / count, zz = z * z;
        var centre = rate + zz / (2 * count);
        var half = z * Math.Sqrt(rate * (1 - rate) / count + zz / (4.0 * count * count));
        var scale = 1 + zz / count;
        return new(Math.Max(0, (centre - half) / scale), Math.Min(1, (centre + half) / scale));
    }

    /// <summary>
    /// Newcombe's hybrid score interval for the difference of two independent rates, first less second (Newcombe 1998, method 10).
    /// </summary>
    public static Interval Newcombe(long selectedA, long countA, long selectedB, long countB, double z = Z95)
    {
        double a = Of(selectedA, countA), b = Of(selectedB, countB), difference = a - b;
        Interval wa = Wilson(selectedA, countA, z), wb = Wilson(selectedB, countB, z);
        return new(
            Math.Max(-1, difference - Math.Sqrt(Square(a - wa.Low) + Square(wb.High - b))),
            Math.Min(1, difference + Math.Sqrt(Square(wa.High - a) + Square(b - wb.Low))));
    }

    public static double Of(long selected, long count) => count > 0 ? (double)selected / count : 0;

    private static double Square(double x) => x * x;
}

using StreamBert.Contracts;

namespace StreamBert.Monitoring.Statistics;

/// <summary>Intervals for rates and for differences of rates.</summary>
public static class Rates
{
    /// <summary>
    /// Newcombe's hybrid score interval for the difference of two independent rates, first less second (Newcombe 1998, method 10).
    /// </summary>
    public static Interval Newcombe(long selectedA, long countA, long selectedB, long countB, double z = WilsonInterval.TwoSided95)
    {
        double a = Of(selectedA, countA), b = Of(selectedB, countB), difference = a - b;
        Interval wa = WilsonInterval.Of(selectedA, countA, z), wb = WilsonInterval.Of(selectedB, countB, z);
        return new(
            Math.Max(-1, difference - Math.Sqrt(Square(a - wa.Low) + Square(wb.High - b))),
            Math.Min(1, difference + Math.Sqrt(Square(wa.High - a) + Square(b - wb.Low))));
    }

    public static double Of(long selected, long count) => count > 0 ? (double)selected / count : 0;

    private static double Square(double x) => x * x;
}

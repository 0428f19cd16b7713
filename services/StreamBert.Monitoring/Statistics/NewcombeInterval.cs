using StreamBert.Contracts;

namespace StreamBert.Monitoring.Statistics;

/// <summary>Computes Newcombe's hybrid score interval for the difference of two independent rates (Newcombe 1998, method 10).</summary>
internal static class NewcombeInterval
{
    /// <summary>Returns the two-sided 95 % interval of the first rate minus the second.</summary>
    public static Interval Of(long selectedA, long countA, long selectedB, long countB) =>
        Of(Rate.Of(selectedA, countA), countA, Rate.Of(selectedB, countB), countB);

    /// <summary>Returns the same for rates with effective, not necessarily integer, numbers of observations.</summary>
    public static Interval Of(double rateA, double countA, double rateB, double countB)
    {
        var difference = rateA - rateB;
        Interval wilsonA = WilsonInterval.Of(rateA, countA), wilsonB = WilsonInterval.Of(rateB, countB);
        return new(
            Math.Max(-1, difference - Math.Sqrt(Square(rateA - wilsonA.Low) + Square(wilsonB.High - rateB))),
            Math.Min(1, difference + Math.Sqrt(Square(wilsonA.High - rateA) + Square(rateB - wilsonB.Low))));
    }

    private static double Square(double x) => x * x;
}

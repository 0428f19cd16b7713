using StreamBert.Contracts;

namespace StreamBert.Monitoring.Statistics;

/// <summary>Computes Newcombe's hybrid score interval for the difference of two independent rates (Newcombe 1998, method 10).</summary>
internal static class NewcombeInterval
{
    /// <summary>Returns the two-sided 95 % interval of the first rate minus the second.</summary>
    public static Interval Of(long selectedA, long countA, long selectedB, long countB)
    {
        double a = Rate.Of(selectedA, countA), b = Rate.Of(selectedB, countB), difference = a - b;
        Interval wilsonA = WilsonInterval.Of(selectedA, countA), wilsonB = WilsonInterval.Of(selectedB, countB);
        return new(
            Math.Max(-1, difference - Math.Sqrt(Square(a - wilsonA.Low) + Square(wilsonB.High - b))),
            Math.Min(1, difference + Math.Sqrt(Square(wilsonA.High - a) + Square(b - wilsonB.Low))));
    }

    private static double Square(double x) => x * x;
}

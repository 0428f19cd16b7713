namespace StreamBert.Contracts;

/// <summary>Computes Newcombe's hybrid score interval for the difference of two independent rates (Newcombe 1998, method 10).</summary>
public static class NewcombeInterval
{
    /// <summary>Returns the interval of the first rate minus the second; without any items a rate is 0.</summary>
    /// <param name="selectedA">The number of selected items of the first rate.</param>
    /// <param name="countA">The number of items of the first rate.</param>
    /// <param name="selectedB">The number of selected items of the second rate.</param>
    /// <param name="countB">The number of items of the second rate.</param>
    /// <param name="z">The normal quantile of the confidence level.</param>
    public static Interval Of(long selectedA, long countA, long selectedB, long countB, double z = WilsonInterval.TwoSided95) =>
        Of(Divide(selectedA, countA), (double)countA, Divide(selectedB, countB), countB, z);

    /// <summary>Returns the same for rates with effective, not necessarily integer, numbers of observations.</summary>
    /// <param name="rateA">The first rate.</param>
    /// <param name="countA">The effective number of observations of the first rate.</param>
    /// <param name="rateB">The second rate.</param>
    /// <param name="countB">The effective number of observations of the second rate.</param>
    /// <param name="z">The normal quantile of the confidence level.</param>
    public static Interval Of(double rateA, double countA, double rateB, double countB, double z = WilsonInterval.TwoSided95)
    {
        var difference = rateA - rateB;
        Interval wilsonA = WilsonInterval.Of(rateA, countA, z), wilsonB = WilsonInterval.Of(rateB, countB, z);
        return new(
            Math.Max(-1, difference - Math.Sqrt(Square(rateA - wilsonA.Low) + Square(wilsonB.High - rateB))),
            Math.Min(1, difference + Math.Sqrt(Square(wilsonA.High - rateA) + Square(rateB - wilsonB.Low))));
    }

    private static double Divide(long selected, long count) => count > 0 ? (double)selected / count : 0;

    private static double Square(double x) => x * x;
}

using StreamBert.Contracts;

namespace StreamBert.Model.Evaluation;

/// <summary>
/// Compares the accuracy of two models that answered the same items, by the items that only one of them answers correctly.
/// </summary>
/// <param name="Count">The number of items.</param>
/// <param name="OnlyFirst">The number of items that only the first model answers correctly.</param>
/// <param name="OnlySecond">The number of items that only the second model answers correctly.</param>
public readonly record struct PairedComparison(int Count, int OnlyFirst, int OnlySecond)
{
    /// <summary>The number of bisections: more than the bits of the result.</summary>
    private const int Bisections = 60;

    /// <summary>The accuracy of the second model minus that of the first.</summary>
    public double Difference => Count == 0 ? 0 : (double)(OnlySecond - OnlyFirst) / Count;

    /// <summary>
    /// The two-sided p-value of the hypothesis that both are equally accurate (McNemar 1947, in its exact form): then an item that only
    /// one of them answers correctly is equally likely to be either's.
    /// </summary>
    public double PValue => Math.Min(1, 2 * ComputeTail(OnlyFirst + OnlySecond, Math.Min(OnlyFirst, OnlySecond)));

    /// <summary>The one-sided p-value of the same hypothesis against that the second model is more accurate.</summary>
    public double PValueOfGain => ComputeTail(OnlyFirst + OnlySecond, OnlyFirst);

    /// <summary>The one-sided p-value of the same hypothesis against that the second model is less accurate.</summary>
    public double PValueOfLoss => ComputeTail(OnlyFirst + OnlySecond, OnlySecond);

    /// <summary>Compares the answers of two models to the same items in the same order.</summary>
    /// <param name="first">Whether the first model answers each item correctly.</param>
    /// <param name="second">Whether the second one does.</param>
    public static PairedComparison Of(IEnumerable<bool> first, IEnumerable<bool> second)
    {
        var pairs = first.Zip(second).ToList();
        return new(
            pairs.Count, pairs.Count(static pair => pair.First && !pair.Second), pairs.Count(static pair => !pair.First && pair.Second));
    }

    /// <summary>
    /// Computes the score interval of the difference (Tango 1998, "Equivalence test and confidence interval for the difference in
    /// proportions for the paired-sample design"), which keeps its coverage where few items or none differ.
    /// </summary>
    /// <param name="z">The normal quantile of each end, such as <see cref="WilsonInterval.OneSided95"/>.</param>
    public Interval ScoreInterval(double z)
    {
        if (Count == 0) return new(-1, 1);
        var mirrored = new PairedComparison(Count, OnlySecond, OnlyFirst);
        return new(FindLowerEnd(z), -mirrored.FindLowerEnd(z));
    }

    private double FindLowerEnd(double z)
    {
        double low = -1, high = Difference;
        for (var i = 0; i < Bisections; i++)
        {
            var middle = (low + high) / 2;
            if (ComputeScore(middle) > z) low = middle;
            else high = middle;
        }
        return high;
    }

    /// <summary>
    /// Computes the standardized distance of the difference from a hypothesis below it. The variance is that under the hypothesis, with the
    /// share of items which only the first model answers correctly as the likelihood determines it.
    /// </summary>
    private double ComputeScore(double hypothesis)
    {
        double n = Count, lost = OnlyFirst, gained = OnlySecond;
        var a = 2 * n;
        var b = -lost - gained + (2 * n - gained + lost) * hypothesis;
        var c = -lost * hypothesis * (1 - hypothesis);
        var onlyFirst = (Math.Sqrt(Math.Max(0, b * b - 4 * a * c)) - b) / (2 * a);
        var variance = n * (2 * onlyFirst + hypothesis * (1 - hypothesis));
        var distance = gained - lost - n * hypothesis;
        return variance > 0 ? distance / Math.Sqrt(variance) : distance > 0 ? double.PositiveInfinity : 0;
    }

    /// <summary>Computes the probability of at most k heads in n tosses of a fair coin.</summary>
    private static double ComputeTail(int n, int most)
    {
        var logTerm = -n * Math.Log(2);
        var tail = Math.Exp(logTerm);
        for (var k = 0; k < most; k++)
        {
            logTerm += Math.Log((double)(n - k) / (k + 1));
            tail += Math.Exp(logTerm);
        }
        return Math.Min(1, tail);
    }
}

using StreamBert.Contracts;

namespace StreamBert.Cli.Evaluation.Sampling;

/// <summary>
/// Computes intervals by drawing items with replacement (Efron and Tibshirani 1993, percentile method). The seed is fixed, so that a
/// report can be repeated.
/// </summary>
internal static class Bootstrap
{
    /// <summary>The number of samples that are drawn.</summary>
    public const int Samples = 1000;

    private const int Seed = 20;
    private const double Tail = 0.025;

    /// <summary>Returns the 95 % intervals of the scores.</summary>
    public static ScoreIntervals Of(IReadOnlyList<EvaluationUnit> units, int classes)
    {
        var counter = new ScoreCounter(classes);
        return Summarize(units.Count, indices => Draw(counter, units, indices));
    }

    /// <summary>
    /// Returns the 95 % intervals of the scores of <paramref name="second"/> minus those of <paramref name="first"/>. Both are the same
    /// items in the same order, and each sample draws the same ones of both.
    /// </summary>
    public static ScoreIntervals OfDifference(IReadOnlyList<EvaluationUnit> first, IReadOnlyList<EvaluationUnit> second, int classes)
    {
        var counter = new ScoreCounter(classes);
        return Summarize(first.Count, indices => Draw(counter, second, indices) - Draw(counter, first, indices));
    }

    /// <summary>Returns the value below which a share of the sorted values lies, interpolated linearly.</summary>
    public static double Quantile(IReadOnlyList<double> sorted, double share)
    {
        var position = share * (sorted.Count - 1);
        var below = (int)position;
        return below + 1 < sorted.Count ? sorted[below] + (position - below) * (sorted[below + 1] - sorted[below]) : sorted[below];
    }

    /// <summary>Returns the interval between the quantiles 2.5 % and 97.5 %.</summary>
    public static Interval Percentiles(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return new(Quantile(sorted, Tail), Quantile(sorted, 1 - Tail));
    }

    private static ScoreIntervals Summarize(int count, Func<int[], EvaluationScores> score)
    {
        var random = new Random(Seed);
        var indices = new int[count];
        var samples = new EvaluationScores[Samples];
        for (var i = 0; i < Samples; i++)
        {
            for (var k = 0; k < count; k++)
                indices[k] = random.Next(count);
            samples[i] = score(indices);
        }
        return new(
            Percentiles(samples.Select(static s => s.Accuracy)),
            Percentiles(samples.Select(static s => s.MicroF1)),
            Percentiles(samples.Select(static s => s.MacroF1)));
    }

    private static EvaluationScores Draw(ScoreCounter counter, IReadOnlyList<EvaluationUnit> units, int[] indices)
    {
        counter.Clear();
        foreach (var index in indices)
            counter.Add(units[index]);
        return counter.Compute();
    }
}

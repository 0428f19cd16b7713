using StreamBert.Contracts;

namespace StreamBert.Model.Evaluation;

/// <summary>The 95 % intervals of the scores of a sample.</summary>
/// <param name="Accuracy">The interval of the accuracy.</param>
/// <param name="MicroF1">The interval of the micro-F1.</param>
/// <param name="MacroF1">The interval of the macro-F1.</param>
public sealed record ScoreIntervals(Interval Accuracy, Interval MicroF1, Interval MacroF1)
{
    /// <summary>Returns the 95 % intervals of the scores, by a bootstrap.</summary>
    /// <param name="units">The items.</param>
    /// <param name="classes">The number of classes.</param>
    public static ScoreIntervals Of(IReadOnlyList<EvaluationUnit> units, int classes)
    {
        var counter = new ScoreCounter(classes);
        return Summarize(Bootstrap.Draw(units.Count, indices => Score(counter, units, indices)), Bootstrap.TwoSidedTail);
    }

    /// <summary>
    /// Returns the 95 % intervals of the scores of <paramref name="second"/> minus those of <paramref name="first"/>. Both are the same
    /// items in the same order, and each sample draws the same ones of both.
    /// </summary>
    /// <param name="first">The answers of the first model.</param>
    /// <param name="second">The answers of the second model.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="tail">The share of the samples on each side of an interval.</param>
    public static ScoreIntervals OfDifference(
        IReadOnlyList<EvaluationUnit> first, IReadOnlyList<EvaluationUnit> second, int classes, double tail = Bootstrap.TwoSidedTail)
    {
        var counter = new ScoreCounter(classes);
        return Summarize(
            Bootstrap.Draw(first.Count, indices => Score(counter, second, indices) - Score(counter, first, indices)), tail);
    }

    private static ScoreIntervals Summarize(IReadOnlyList<EvaluationScores> samples, double tail) => new(
        Bootstrap.Percentiles(samples.Select(static s => s.Accuracy), tail),
        Bootstrap.Percentiles(samples.Select(static s => s.MicroF1), tail),
        Bootstrap.Percentiles(samples.Select(static s => s.MacroF1), tail));

    private static EvaluationScores Score(ScoreCounter counter, IReadOnlyList<EvaluationUnit> units, int[] indices)
    {
        counter.Clear();
        foreach (var index in indices)
            counter.Add(units[index]);
        return counter.Compute();
    }
}

using StreamBert.Contracts;

namespace StreamBert.Cli.Evaluation.Slices;

/// <summary>
/// Represents the fairness gap δ: the difference in accuracy between the group with the highest and the one with the lowest.
/// </summary>
/// <param name="Highest">The group with the highest accuracy.</param>
/// <param name="Lowest">The group with the lowest accuracy.</param>
/// <param name="Difference">Their difference in accuracy.</param>
/// <param name="Interval">Newcombe's 95 % interval of the difference between these two groups.</param>
/// <param name="PValue">
/// The share of random assignments of the texts to groups of the same sizes that differ at least as much. Unlike the interval it accounts
/// for the choice of the two extreme groups.
/// </param>
internal sealed record GroupGap(string Highest, string Lowest, double Difference, Interval Interval, double PValue)
{
    /// <summary>A smaller group is reported, but not compared.</summary>
    public const int MinTexts = 30;

    private const int Permutations = 1000;
    private const int Seed = 20;

    /// <returns>The gap; null if fewer than two groups have <see cref="MinTexts"/> texts.</returns>
    public static GroupGap? Of(IReadOnlyList<Slice> groups)
    {
        var compared = groups.Where(static group => group.Count >= MinTexts).OrderBy(static group => group.Scores.Accuracy).ToList();
        if (compared.Count < 2)
            return null;
        var (lowest, highest) = (compared[0], compared[^1]);
        var difference = highest.Scores.Accuracy - lowest.Scores.Accuracy;
        var interval = NewcombeInterval.Of(highest.Correct, highest.Count, lowest.Correct, lowest.Count);
        return new(highest.Value, lowest.Value, difference, interval, ComputePValue(compared, difference));
    }

    private static double ComputePValue(List<Slice> groups, double observed)
    {
        var correct = groups.SelectMany(static group => group.Units).Select(static unit => unit.IsCorrect).ToArray();
        var random = new Random(Seed);
        var atLeast = 0;
        for (var i = 0; i < Permutations; i++)
        {
            random.Shuffle(correct);
            if (ComputeGap(groups, correct) >= observed - 1e-12)
                atLeast++;
        }
        return (1.0 + atLeast) / (1 + Permutations);
    }

    /// <summary>Returns the gap if the texts in the given order belong to groups of these sizes.</summary>
    private static double ComputeGap(List<Slice> groups, bool[] correct)
    {
        var (start, low, high) = (0, 1.0, 0.0);
        foreach (var group in groups)
        {
            var accuracy = (double)correct.AsSpan(start, group.Count).Count(true) / group.Count;
            (low, high) = (Math.Min(low, accuracy), Math.Max(high, accuracy));
            start += group.Count;
        }
        return high - low;
    }
}

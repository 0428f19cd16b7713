using StreamBert.Monitoring.Statistics.TwoSample;

namespace StreamBert.Monitoring.Drift;

/// <summary>
/// Computes p-values by permutation of whole hours: for each hour of the day, any of its days may be the judged one. Hours, not texts, are
/// exchangeable without drift. All hours count with equally many rows.
/// </summary>
internal sealed class BlockPermutation
{
    /// <summary>The maximum number of permutations.</summary>
    public const int Permutations = 99;

    private readonly int[] _daysOfSlot;
    private readonly int[] _slots;
    private readonly float[][][] _rows;

    /// <param name="slots">The judged hours with the hours that correspond to them.</param>
    public BlockPermutation(IReadOnlyList<HourBlocks> slots)
    {
        _daysOfSlot = [.. slots.Select(static slot => slot.References.Count + 1)];
        _slots = [.. slots.SelectMany(static (slot, index) => Enumerable.Repeat(index, slot.References.Count + 1))];
        _rows = [.. slots.SelectMany(static slot => slot.References.Prepend(slot.Hour)).Select(static hour =>
            EmbeddingComparison.RowsOf(hour, HourJournal.ReferenceEmbeddings).ToArray())];
    }

    /// <summary>
    /// Returns the larger of the p-values of the maximum mean discrepancy and of the domain classifier. Up to a level it is exact. Above,
    /// it is a lower bound that exceeds the level: the permutations end as soon as it does, and the classifier is fitted again for each.
    /// </summary>
    /// <param name="seed">The seed of the permutations.</param>
    /// <param name="level">The level above which the p-value does not matter.</param>
    public double PValue(int seed, double level)
    {
        var discrepancy = PValue(new BlockKernel(_rows).Squared, seed, level);
        return discrepancy > level ? discrepancy : Math.Max(discrepancy, PValue(isFirst => Area(isFirst, seed), seed, level));
    }

    private double PValue(Func<bool[], double> statistic, int seed, double level)
    {
        var random = new Random(seed);
        var observed = statistic(Membership(new int[_daysOfSlot.Length]));
        var reached = 1; // the observed one is a permutation, too
        for (var done = 0; done < Permutations && PValueOf(reached) <= level; done++)
            reached += statistic(Membership(Array.ConvertAll(_daysOfSlot, random.Next))) >= observed ? 1 : 0;
        return PValueOf(reached);
    }

    private static double PValueOf(int reached) => reached / (Permutations + 1.0);

    /// <summary>Returns for each hour whether it is the judged one of its slot.</summary>
    private bool[] Membership(int[] judgedDays)
    {
        var isFirst = new bool[_slots.Length];
        for (var (block, day) = (0, 0); block < _slots.Length; block++)
        {
            day = block > 0 && _slots[block] == _slots[block - 1] ? day + 1 : 0;
            isFirst[block] = judgedDays[_slots[block]] == day;
        }
        return isFirst;
    }

    private double Area(bool[] isFirst, int seed)
    {
        float[][] first = [.. _rows.Where((_, block) => isFirst[block]).SelectMany(static block => block)];
        float[][] second = [.. _rows.Where((_, block) => !isFirst[block]).SelectMany(static block => block)];
        return DomainClassifier.Test(first, second, seed, minimumArea: 2).Area;
    }
}

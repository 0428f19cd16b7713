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

    /// <summary>A p-value cannot be small once so many permutations reach the observed statistic (Besag and Clifford 1991).</summary>
    private const int StopAfter = 10;

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

    /// <summary>Returns the p-values of the domain classifier and of the maximum mean discrepancy.</summary>
    /// <param name="seed">The seed of the permutations.</param>
    public (double Classifier, double MeanDiscrepancy) PValues(int seed)
    {
        var kernel = new BlockKernel(_rows);
        return (PValue(isFirst => Area(isFirst, seed), seed), PValue(kernel.Squared, seed));
    }

    private double PValue(Func<bool[], double> statistic, int seed)
    {
        var (random, reached) = (new Random(seed), 0);
        var observed = statistic(Membership(new int[_daysOfSlot.Length]));
        for (var done = 1; done <= Permutations; done++)
        {
            if (statistic(Membership(Array.ConvertAll(_daysOfSlot, random.Next))) >= observed && ++reached == StopAfter)
                return (double)reached / done;
        }
        return (reached + 1.0) / (Permutations + 1);
    }

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

using StreamBert.Contracts;

namespace StreamBert.Monitoring.Fairness;

/// <summary>
/// The measures of fairness that need labels (Hardt, Price and Srebro 2016), as Fairlearn defines them: each is the difference of the
/// highest and the lowest value of all groups.
/// </summary>
internal static class LabelMeasures
{
    /// <summary>Returns the measures of groups with labelled texts.</summary>
    /// <param name="groups">Group → its labelled texts.</param>
    /// <param name="maxDifference">The difference that must be found for a conclusion.</param>
    public static IReadOnlyList<FairnessMeasure> Of(IReadOnlyDictionary<string, LabelTally> groups, double maxDifference)
    {
        var truePositives = GroupComparison.Gap(
            FairnessMeasure.EqualOpportunity, Rates(groups, static tally => (tally.TruePositives, tally.Positives)), maxDifference);
        var falsePositives = GroupComparison.Gap(
            FairnessMeasure.EqualizedOdds, Rates(groups, static tally => (tally.FalsePositives, tally.Negatives)), maxDifference);
        var accuracy = GroupComparison.Gap(
            FairnessMeasure.AccuracyGap, Rates(groups, static tally => (tally.Correct, tally.Count)), maxDifference);
        return [EqualizedOdds(truePositives, falsePositives), truePositives, accuracy, CalibrationGap(groups, accuracy)];
    }

    /// <summary>Returns the larger of both gaps; it is sufficient only if both are.</summary>
    private static FairnessMeasure EqualizedOdds(FairnessMeasure truePositives, FairnessMeasure falsePositives)
    {
        if (truePositives.Value is null || falsePositives.Value is null)
            return falsePositives with { Value = null, Interval = null, Highest = null, Lowest = null, Sufficient = false };
        var larger = truePositives.Value > falsePositives.Value ? truePositives : falsePositives;
        return larger with
        {
            Name = FairnessMeasure.EqualizedOdds,
            Sufficient = truePositives.Sufficient && falsePositives.Sufficient,
        };
    }

    /// <summary>
    /// Compares mean confidence minus accuracy, by the normal approximation of the difference of two means; the needed number is that of
    /// the accuracy gap.
    /// </summary>
    private static FairnessMeasure CalibrationGap(IReadOnlyDictionary<string, LabelTally> groups, FairnessMeasure accuracy)
    {
        var gaps = groups.Where(static group => group.Value.Count > 0)
            .Select(static group => (group.Key, Mean: MeanError(group.Value), Tally: group.Value))
            .OrderBy(static group => group.Mean).ToList();
        if (gaps.Count < 2)
            return accuracy with { Name = FairnessMeasure.CalibrationGap, Value = null, Interval = null, Sufficient = false };
        var (lowest, highest) = (gaps[0], gaps[^1]);
        var value = highest.Mean - lowest.Mean;
        var half = WilsonInterval.TwoSided95 * Math.Sqrt(VarianceOfMean(highest.Tally) + VarianceOfMean(lowest.Tally));
        var count = (long)Math.Min(EffectiveCount(highest.Tally), EffectiveCount(lowest.Tally));
        return new(
            FairnessMeasure.CalibrationGap, value, new(value - half, value + half), highest.Key, lowest.Key, count, accuracy.Needed,
            count >= accuracy.Needed);
    }

    private static double MeanError(LabelTally tally) => (tally.Confidence - tally.Correct) / tally.Count;

    private static double VarianceOfMean(LabelTally tally)
    {
        var mean = MeanError(tally);
        return Math.Max(0, tally.SquaredErrors / tally.Count - mean * mean) / EffectiveCount(tally);
    }

    /// <summary>Counts each cluster once: labelled texts of one conversation are taken to be right or wrong together.</summary>
    private static double EffectiveCount(LabelTally tally) => Math.Clamp(tally.Clusters, 1, tally.Count);

    private static IEnumerable<EffectiveRate> Rates(
        IReadOnlyDictionary<string, LabelTally> groups, Func<LabelTally, (long Selected, long Count)> of)
    {
        foreach (var (group, tally) in groups)
        {
            var (selected, count) = of(tally);
            if (count > 0)
                yield return new(group, (double)selected / count, count * EffectiveCount(tally) / tally.Count);
        }
    }
}

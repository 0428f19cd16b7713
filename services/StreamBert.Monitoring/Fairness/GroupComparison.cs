using StreamBert.Contracts;

namespace StreamBert.Monitoring.Fairness;

/// <summary>A rate of a group, and the effective number of observations behind it.</summary>
internal readonly record struct EffectiveRate(string Group, double Rate, double Count);

/// <summary>Compares the groups with the highest and the lowest rate.</summary>
internal static class GroupComparison
{
    /// <summary>Returns the measure "highest minus lowest rate"; without a value if fewer than two groups have any observation.</summary>
    /// <param name="name">The name of the measure.</param>
    /// <param name="groups">The rates.</param>
    /// <param name="maxDifference">The difference that must be found for a conclusion.</param>
    public static FairnessMeasure Gap(string name, IEnumerable<EffectiveRate> groups, double maxDifference)
    {
        var rates = groups.Where(static group => group.Count > 0).ToList();
        var needed = Needed(rates, maxDifference);
        if (Extremes(rates) is not var (highest, lowest))
            return new(name, null, null, null, null, (long)rates.Select(static group => group.Count).FirstOrDefault(), needed, false);
        var count = (long)Math.Min(highest.Count, lowest.Count);
        var interval = NewcombeInterval.Of(highest.Rate, highest.Count, lowest.Rate, lowest.Count);
        return new(name, highest.Rate - lowest.Rate, interval, highest.Group, lowest.Group, count, needed, count >= needed);
    }

    /// <summary>Returns the measure "lowest divided by highest rate", with the interval of Katz et al. (1978) on the logarithm.</summary>
    public static FairnessMeasure Ratio(string name, IEnumerable<EffectiveRate> groups, double maxDifference)
    {
        var rates = groups.Where(static group => group.Count > 0).ToList();
        var needed = Needed(rates, maxDifference);
        if (Extremes(rates) is not var (highest, lowest))
            return new(name, null, null, null, null, (long)rates.Select(static group => group.Count).FirstOrDefault(), needed, false);
        var count = (long)Math.Min(highest.Count, lowest.Count);
        var ratio = highest.Rate > 0 ? lowest.Rate / highest.Rate : 1;
        return new(name, ratio, RatioInterval(lowest, highest), highest.Group, lowest.Group, count, needed, count >= needed);
    }

    private static Interval? RatioInterval(EffectiveRate lowest, EffectiveRate highest)
    {
        if (lowest.Rate <= 0 || highest.Rate <= 0)
            return null;
        var half = WilsonInterval.TwoSided95 * Math.Sqrt(
            (1 - lowest.Rate) / (lowest.Rate * lowest.Count) + (1 - highest.Rate) / (highest.Rate * highest.Count));
        return new(lowest.Rate / highest.Rate * Math.Exp(-half), lowest.Rate / highest.Rate * Math.Exp(half));
    }

    private static (EffectiveRate Highest, EffectiveRate Lowest)? Extremes(List<EffectiveRate> rates)
    {
        if (rates.Count < 2)
            return null;
        var (highest, lowest) = (rates.MaxBy(static group => group.Rate), rates.MinBy(static group => group.Rate));
        return highest.Group == lowest.Group ? (rates[0], rates[1]) : (highest, lowest);
    }

    private static long Needed(List<EffectiveRate> rates, double maxDifference)
    {
        var count = rates.Sum(static group => group.Count);
        var pooled = count > 0 ? rates.Sum(static group => group.Rate * group.Count) / count : 0.5;
        return TwoProportionPower.RequiredForDifference(pooled, maxDifference);
    }
}

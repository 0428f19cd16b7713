using StreamBert.Contracts;
using StreamBert.Monitoring.Statistics;

namespace StreamBert.Monitoring.Fairness;

/// <summary>Computes the rates of the groups of a rule over the last windows, with intervals that count each conversation once.</summary>
internal sealed class GroupRates(FairnessRule rule, FairnessOptions options, FairnessState state)
{
    /// <summary>The minimum number of windows that are compared, so that one window alone neither raises nor clears an alert.</summary>
    private const int MinimumWindows = 6;

    /// <summary>Returns the number of observations behind a rate: its conversations.</summary>
    public static double EffectiveCount(GroupRate rate) => Math.Max(1, Math.Min(rate.Count, rate.Conversations ?? rate.Count));

    /// <summary>
    /// Returns the rates over the shortest recent time in which every main group has enough conversations, and the number of its windows.
    /// That time depends on the number of conversations, not on their labels.
    /// </summary>
    public (IReadOnlyList<GroupRate> Rates, int Windows) Recent()
    {
        var all = state.Rates.Sum(state.Rates.Buckets.Count, state.Groups.Keys);
        var minimum = options.MainGroupShare * all.Values.Sum(static tally => tally.Clusters);
        var main = all.Where(group => group.Value.Clusters > 0 && group.Value.Clusters >= minimum)
            .Select(static group => group.Key).ToList();
        var buckets = EnoughBuckets(main);
        return (RatesOf(state.Rates.Sum(buckets, state.Groups.Keys), rule.MinimumCount), state.Rates.WindowsIn(buckets));
    }

    /// <summary>Returns the rates over the whole horizon, and the number of its windows.</summary>
    /// <param name="needed">The number of conversations with which a group counts as sufficient.</param>
    public (IReadOnlyList<GroupRate> Rates, int Windows) OverHorizon(long needed)
    {
        var buckets = state.Rates.Buckets.Count;
        return (RatesOf(state.Rates.Sum(buckets, state.Groups.Keys), needed), state.Rates.WindowsIn(buckets));
    }

    /// <summary>Returns the smallest number of buckets that is enough; more are enough, too.</summary>
    private int EnoughBuckets(List<string> main)
    {
        var (smallest, enough) = (1, state.Rates.Buckets.Count);
        while (smallest < enough)
        {
            var middle = (smallest + enough) / 2;
            (smallest, enough) = IsEnough(middle, main) ? (smallest, middle) : (middle + 1, enough);
        }
        return smallest;
    }

    private bool IsEnough(int buckets, List<string> main)
    {
        if (state.Rates.WindowsIn(buckets) < MinimumWindows)
            return false;
        var sum = state.Rates.Sum(buckets, main);
        return main.TrueForAll(group => sum[group].Clusters >= rule.MinimumCount);
    }

    private static List<GroupRate> RatesOf(Dictionary<string, GroupTally> tallies, long needed) =>
        [.. tallies.OrderedByKey().Select(group => RateOf(group.Key, group.Value, needed))];

    private static GroupRate RateOf(string name, GroupTally tally, long needed)
    {
        var rate = Rate.Of(tally.Selected, tally.Count);
        var effective = Math.Min(tally.Count, tally.Clusters);
        return new(name, tally.Count, tally.Selected, rate, WilsonInterval.Of(rate, (double)effective), tally.Clusters >= needed)
        {
            Conversations = tally.Clusters,
        };
    }
}

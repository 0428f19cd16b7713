namespace StreamBert.Monitoring.Fairness;

/// <summary>Consecutive windows that are kept together.</summary>
internal sealed class RateBucket
{
    /// <summary>The end of the last window.</summary>
    public DateTimeOffset End { get; set; }

    /// <summary>The number of windows.</summary>
    public int Windows { get; set; }

    /// <summary>Group → its texts and clusters.</summary>
    public Dictionary<string, GroupTally> Groups { get; set; } = [];
}

/// <summary>
/// The tallies of the groups over the last day: recent windows singly, older ones together, in an exponential histogram (Datar, Gionis,
/// Indyk and Motwani 2002) with at most <see cref="BucketsPerSize"/> buckets of each size, so that any recent span can be summed to within
/// an eighth and the memory is logarithmic.
/// </summary>
internal sealed class RateHistory
{
    private const int BucketsPerSize = 8;

    /// <summary>The buckets, in order of time.</summary>
    public List<RateBucket> Buckets { get; set; } = [];

    /// <summary>Adds a window, and removes what is older than the horizon.</summary>
    public void Add(DateTimeOffset end, Dictionary<string, GroupTally> groups, TimeSpan horizon)
    {
        Buckets.Add(new() { End = end, Windows = 1, Groups = groups });
        for (var size = 1; MergeOldest(size); size *= 2)
        {
        }
        Buckets.RemoveAll(bucket => bucket.End <= end - horizon);
    }

    /// <summary>Adds late texts to the bucket of their window.</summary>
    /// <returns>Whether the history still holds it.</returns>
    public bool TryAddLate(DateTimeOffset end, string group, GroupTally late)
    {
        if (Buckets.Find(bucket => bucket.End >= end) is not { } found)
            return false;
        if (!found.Groups.TryGetValue(group, out var tally))
            found.Groups[group] = tally = new();
        tally.Add(late);
        return true;
    }

    /// <summary>Removes a group.</summary>
    public void Remove(string group)
    {
        foreach (var bucket in Buckets)
            bucket.Groups.Remove(group);
    }

    /// <summary>Returns the sum of the newest buckets.</summary>
    public Dictionary<string, GroupTally> Sum(int buckets, IEnumerable<string> groups)
    {
        var sum = groups.ToDictionary(static group => group, static _ => new GroupTally());
        foreach (var bucket in Buckets.Skip(Buckets.Count - buckets))
        {
            foreach (var (group, tally) in bucket.Groups)
                sum.GetValueOrDefault(group)?.Add(tally);
        }
        return sum;
    }

    /// <summary>Returns the number of windows in the newest buckets.</summary>
    public int WindowsIn(int buckets) => Buckets.Skip(Buckets.Count - buckets).Sum(static bucket => bucket.Windows);

    /// <summary>Merges the two oldest buckets of a size if there are too many of it.</summary>
    private bool MergeOldest(int size)
    {
        var first = Buckets.FindIndex(bucket => bucket.Windows == size);
        if (first < 0 || Buckets.Count(bucket => bucket.Windows == size) <= BucketsPerSize)
            return false;
        var (older, newer) = (Buckets[first], Buckets[first + 1]);
        foreach (var (group, tally) in older.Groups)
        {
            if (!newer.Groups.TryAdd(group, tally))
                newer.Groups[group].Add(tally);
        }
        newer.Windows += older.Windows;
        Buckets.RemoveAt(first);
        return true;
    }
}

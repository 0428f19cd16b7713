namespace StreamBert.Monitoring.Tables;

/// <summary>
/// Decides which names a bounded table tracks: the most frequently used ones, with exponentially decayed counts (least-frequently-used
/// eviction with aging). A new name replaces the least used one only if the window uses it more often than the decayed count of that
/// name. A flood of names that occur once therefore evicts nothing that is in regular use, and no learned state is lost.
/// </summary>
internal static class FrequencyEviction
{
    /// <summary>The number of windows after which a use counts half.</summary>
    public const double HalfLife = 10;

    /// <summary>A name with a decayed count below it is no longer in use: its eviction is not an overflow.</summary>
    private const double InUse = 0.5;

    private static readonly double DecayPerWindow = Math.Pow(0.5, 1 / HalfLife);

    /// <summary>Updates the decayed counts with the uses of a window, and evicts names beyond the capacity.</summary>
    /// <param name="table">The name of the table.</param>
    /// <param name="tracked">The tracked names with their decayed counts; they are changed in place.</param>
    /// <param name="used">The uses of the window.</param>
    /// <param name="capacity">The number of names that the table tracks.</param>
    /// <param name="untracked">The uses of names that were not even counted, because the window had too many.</param>
    public static TableUpdate Update(
        string table, Dictionary<string, double> tracked, IEnumerable<KeyValuePair<string, long>> used, int capacity, long untracked)
    {
        foreach (var name in tracked.Keys.ToList())
            tracked[name] *= DecayPerWindow;
        var (added, evicted, names, uses) = (new List<string>(), new List<string>(), untracked > 0 ? 1L : 0, untracked);
        foreach (var (name, count) in CountTracked(tracked, used))
        {
            if (tracked.Count >= capacity && !TryEvict(tracked, count, evicted, ref names))
            {
                (names, uses) = (names + 1, uses + count);
                continue;
            }
            tracked[name] = count;
            added.Add(name);
        }
        return new(added, evicted, new(table, capacity, names, uses));
    }

    /// <summary>Adds the uses of tracked names, and returns the other names, the most used one first.</summary>
    private static IEnumerable<KeyValuePair<string, long>> CountTracked(
        Dictionary<string, double> tracked, IEnumerable<KeyValuePair<string, long>> used)
    {
        List<KeyValuePair<string, long>> newNames = [];
        foreach (var use in used)
        {
            if (tracked.TryGetValue(use.Key, out var count))
                tracked[use.Key] = count + use.Value;
            else
                newNames.Add(use);
        }
        return newNames.OrderByDescending(static use => use.Value).ThenBy(static use => use.Key, StringComparer.Ordinal);
    }

    private static bool TryEvict(Dictionary<string, double> tracked, long count, List<string> evicted, ref long names)
    {
        var (victim, use) = tracked.MinBy(static pair => (pair.Value, pair.Key), LeastUsed.Comparer);
        if (use >= count)
            return false;
        tracked.Remove(victim);
        evicted.Add(victim);
        names += use >= InUse ? 1 : 0;
        return true;
    }

    private sealed class LeastUsed : IComparer<(double Use, string Name)>
    {
        public static LeastUsed Comparer { get; } = new();

        public int Compare((double Use, string Name) x, (double Use, string Name) y) =>
            x.Use.CompareTo(y.Use) is not 0 and var order ? order : string.CompareOrdinal(x.Name, y.Name);
    }
}

namespace StreamBert.Monitoring.Tables;

/// <summary>What the close of a window changed in a table.</summary>
/// <param name="Came">Names that got a place.</param>
/// <param name="Went">Names that lost theirs.</param>
/// <param name="Pressure">What found no place.</param>
public sealed record TableChange(IReadOnlyList<string> Came, IReadOnlyList<string> Went, TablePressure Pressure);

/// <summary>Names that found no place in a table in one window, or lost it while they were in use, and how often they were used.</summary>
public sealed record TablePressure(string Table, int Capacity, long Names, long Uses)
{
    public bool IsFull => Names > 0;
}

/// <summary>
/// Decides who has a place in a table of names: those used most of late. A use counts half after ten windows; a newcomer takes the place of
/// the least used, if it was used more often in this window
/// than that one of late. So a flood of names that come once each wears out among itself, and what is in steady use keeps its place and all
/// that was learned of it.
/// </summary>
internal static class RecentUse
{
    /// <summary>Windows after which a use counts half.</summary>
    public const double HalfLife = 10;

    /// <summary>Below, a name counts as not in use any more: that it goes is no pressure.</summary>
    private const double InUse = 0.5;

    private static readonly double Keep = Math.Pow(0.5, 1 / HalfLife);

    /// <param name="uses">The names with a place, each with its faded uses; changed in place.</param>
    /// <param name="used">The uses of the window.</param>
    /// <param name="outside">Uses of the window whose names were not even counted, for there were too many.</param>
    public static TableChange Update(
        string table,
        Dictionary<string, double> uses,
        IEnumerable<KeyValuePair<string, long>> used,
        int capacity,
        long outside)
    {
        foreach (var name in uses.Keys.ToList())
            uses[name] *= Keep;
        var (came, went, names, lost) = (new List<string>(), new List<string>(), outside > 0 ? 1L : 0, outside);
        var newcomers = new List<KeyValuePair<string, long>>();
        foreach (var use in used)
        {
            if (uses.TryGetValue(use.Key, out var known))
                uses[use.Key] = known + use.Value;
            else
                newcomers.Add(use);
        }

        foreach (var (name, count) in newcomers.OrderByDescending(static use => use.Value)
            .ThenBy(static use => use.Key, StringComparer.Ordinal))
        {
            if (uses.Count >= capacity && !TryEvict(uses, count, went, ref names))
            {
                (names, lost) = (names + 1, lost + count);
                continue;
            }
            uses[name] = count;
            came.Add(name);
        }
        return new(came, went, new(table, capacity, names, lost));
    }

    /// <summary>The uses of a name in these windows, the latest last, as they have faded by now.</summary>
    public static double Of(IEnumerable<long> windows) => windows.Aggregate(0.0, static (use, count) => use * Keep + count);

    private static bool TryEvict(Dictionary<string, double> uses, long count, List<string> went, ref long names)
    {
        var (victim, use) = uses.MinBy(static entry => (entry.Value, entry.Key), LeastUsed.First);
        if (use >= count)
            return false;
        uses.Remove(victim);
        went.Add(victim);
        names += use >= InUse ? 1 : 0;
        return true;
    }

    private sealed class LeastUsed : IComparer<(double Use, string Name)>
    {
        public static LeastUsed First { get; } = new();

        public int Compare((double Use, string Name) x, (double Use, string Name) y) =>
            x.Use.CompareTo(y.Use) is not 0 and var order ? order : string.CompareOrdinal(x.Name, y.Name);
    }
}

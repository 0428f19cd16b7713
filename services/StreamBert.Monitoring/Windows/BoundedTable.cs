using StreamBert.Monitoring.Statistics;

namespace StreamBert.Monitoring.Windows;

/// <summary>Tables of names that strangers choose. Of more names than fit, those of the lowest hash stay: which they are does not depend on their order.</summary>
internal static class BoundedTable
{
    /// <summary>The entry of a name, made if there is room for it; null if there is none.</summary>
    public static T? GetOrAdd<T>(Dictionary<string, T> table, string name, int capacity)
        where T : class, new()
    {
        if (table.TryGetValue(name, out var known))
            return known;
        if (table.Count >= capacity)
        {
            var last = table.Keys.MaxBy(StableHash.Of)!;
            if (StableHash.Of(name) >= StableHash.Of(last))
                return null;
            table.Remove(last);
        }
        return table[name] = new();
    }
}

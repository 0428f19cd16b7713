namespace StreamBert.Monitoring.Statistics;

/// <summary>Dictionaries in an order that is the same after a restore, whatever was added and removed before it.</summary>
internal static class Ordering
{
    /// <summary>The entries by key, ordinally.</summary>
    public static IOrderedEnumerable<KeyValuePair<string, T>> InOrder<T>(this IReadOnlyDictionary<string, T> entries) =>
        entries.OrderBy(static entry => entry.Key, StringComparer.Ordinal);
}

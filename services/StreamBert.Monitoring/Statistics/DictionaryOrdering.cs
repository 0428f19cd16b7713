namespace StreamBert.Monitoring.Statistics;

/// <summary>
/// Enumerates dictionaries in an order that does not depend on the history of additions and removals, so that a restored monitor gives
/// equal results.
/// </summary>
internal static class DictionaryOrdering
{
    /// <summary>Returns the pairs ordered by key, ordinally.</summary>
    public static IOrderedEnumerable<KeyValuePair<string, T>> OrderedByKey<T>(this IReadOnlyDictionary<string, T> dictionary) =>
        dictionary.OrderBy(static pair => pair.Key, StringComparer.Ordinal);
}

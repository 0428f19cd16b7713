using System.Runtime.CompilerServices;
using StreamBert.Contracts;

namespace StreamBert.Monitoring.Tables;

/// <summary>
/// Bounds the names that one window counts. If there are more names than fit, the table keeps the tracked names and, of the others,
/// those with the lowest hash, so that its content does not depend on the order of the texts.
/// </summary>
internal static class BoundedTable
{
    /// <summary>Caches the next candidate for eviction of each table; it is recomputed where it is missing.</summary>
    private static readonly ConditionalWeakTable<object, EvictionCandidate> Candidates = [];

    private sealed record EvictionCandidate(string Name, ulong Hash);

    /// <summary>Returns the value of a name, or adds it if the name fits; null if it does not.</summary>
    /// <param name="table">The table of one window.</param>
    /// <param name="name">The name to count.</param>
    /// <param name="capacity">The number of names that fit.</param>
    /// <param name="isTracked">Tells whether a name is tracked; tracked names always fit.</param>
    /// <param name="evicted">The value that was evicted in favour of the name, if there is one.</param>
    public static T? GetOrAdd<T>(Dictionary<string, T> table, string name, int capacity, Func<string, bool> isTracked, out T? evicted)
        where T : class, new()
    {
        evicted = null;
        if (table.TryGetValue(name, out var known))
            return known;
        if (table.Count < capacity || isTracked(name))
            return table[name] = new();
        if (FindCandidate(table, isTracked) is not { } candidate || StableHash.Of(name) >= candidate.Hash)
            return null;
        table.Remove(candidate.Name, out evicted);
        Candidates.Remove(table);
        return table[name] = new();
    }

    private static EvictionCandidate? FindCandidate<T>(Dictionary<string, T> table, Func<string, bool> isTracked)
        where T : class
    {
        if (Candidates.TryGetValue(table, out var cached) && table.ContainsKey(cached.Name) && !isTracked(cached.Name))
            return cached;
        Candidates.Remove(table);
        var candidate = table.Keys.Where(name => !isTracked(name)).Select(static name => new EvictionCandidate(name, StableHash.Of(name)))
            .MaxBy(static candidate => candidate.Hash);
        if (candidate is not null)
            Candidates.Add(table, candidate);
        return candidate;
    }
}

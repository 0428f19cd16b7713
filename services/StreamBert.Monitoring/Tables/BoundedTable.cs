using System.Runtime.CompilerServices;
using StreamBert.Monitoring.Statistics;

namespace StreamBert.Monitoring.Tables;

/// <summary>
/// Tables of names that strangers choose, within one window. Of more names than fit those that are known stay, and of the others those of
/// the lowest hash: which they are does not depend on their order.
/// </summary>
internal static class BoundedTable
{
    /// <summary>By table: the name that gives way next. Only a help: it is found anew where it is missing.</summary>
    private static readonly ConditionalWeakTable<object, Edge> Edges = [];

    private sealed record Edge(string Name, ulong Hash);

    /// <summary>The entry of a name, made if there is room for it; null if there is none.</summary>
    /// <param name="isKnown">Names that have a place whatever else comes.</param>
    /// <param name="displaced">The entry that gave way, if one did.</param>
    public static T? GetOrAdd<T>(Dictionary<string, T> table, string name, int capacity, Func<string, bool> isKnown, out T? displaced)
        where T : class, new()
    {
        displaced = null;
        if (table.TryGetValue(name, out var known))
            return known;
        if (table.Count < capacity || isKnown(name))
            return table[name] = new();
        if (Last(table, isKnown) is not { } last || StableHash.Of(name) >= last.Hash)
            return null;
        table.Remove(last.Name, out displaced);
        Edges.Remove(table);
        return table[name] = new();
    }

    private static Edge? Last<T>(Dictionary<string, T> table, Func<string, bool> isKnown)
        where T : class
    {
        if (Edges.TryGetValue(table, out var edge) && table.ContainsKey(edge.Name) && !isKnown(edge.Name))
            return edge;
        Edges.Remove(table);
        var last = table.Keys.Where(name => !isKnown(name)).Select(static name => new Edge(name, StableHash.Of(name)))
            .MaxBy(static candidate => candidate.Hash);
        if (last is not null)
            Edges.Add(table, last);
        return last;
    }
}

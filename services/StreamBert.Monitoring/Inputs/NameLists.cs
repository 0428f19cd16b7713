using System.Runtime.InteropServices;

namespace StreamBert.Monitoring.Inputs;

/// <summary>Returns the same array for the same list of distinct names, so that predictions share the labels of their heads.</summary>
internal sealed class NameLists
{
    private const int MaxLists = 256;

    /// <summary>First name and number of names → list.</summary>
    private readonly Dictionary<(string First, int Count), string[]> _lists = [];

    /// <summary>Returns a dictionary; the reader fails if a name occurs twice, as the general reader keeps the last value.</summary>
    public SmallMap<T> MapOf<T>(List<string> names, List<T> values, ref CompactJsonReader reader)
    {
        if (Of(names) is { } list)
            return list.Length == 0 ? SmallMap<T>.Empty : new(list, [.. values]);
        reader.Fail();
        return SmallMap<T>.Empty;
    }

    /// <summary>Returns the array of these names; null if a name occurs twice.</summary>
    public string[]? Of(List<string> names)
    {
        if (names.Count == 0)
            return [];
        var key = (names[0], names.Count);
        if (_lists.TryGetValue(key, out var known) && CollectionsMarshal.AsSpan(names).SequenceEqual(known))
            return known;
        if (names.Distinct().Count() < names.Count)
            return null;
        if (_lists.Count >= MaxLists)
            _lists.Clear();
        return _lists[key] = [.. names];
    }
}

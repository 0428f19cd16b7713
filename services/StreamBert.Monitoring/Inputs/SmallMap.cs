using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace StreamBert.Monitoring.Inputs;

/// <summary>
/// A dictionary of few entries in an array: smaller than a hash table, and as fast for the heads or attributes of a text.
/// </summary>
internal sealed class SmallMap<T>(KeyValuePair<string, T>[] entries) : IReadOnlyDictionary<string, T>
{
    public static SmallMap<T> Empty { get; } = new([]);

    public ReadOnlySpan<KeyValuePair<string, T>> Entries => entries;
    public int Count => entries.Length;
    public IEnumerable<string> Keys => entries.Select(static entry => entry.Key);
    public IEnumerable<T> Values => entries.Select(static entry => entry.Value);
    public T this[string key] => TryGetValue(key, out var value) ? value : throw new KeyNotFoundException($"There is no {key}.");

    public bool ContainsKey(string key) => TryGetValue(key, out _);

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out T value)
    {
        foreach (var entry in entries)
        {
            if (entry.Key != key)
                continue;
            value = entry.Value;
            return true;
        }
        value = default;
        return false;
    }

    public IEnumerator<KeyValuePair<string, T>> GetEnumerator() => ((IEnumerable<KeyValuePair<string, T>>)entries).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

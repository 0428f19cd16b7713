using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace StreamBert.Monitoring.Inputs;

/// <summary>
/// A dictionary of few entries in arrays: smaller than a hash table, and as fast for the heads or attributes of a text. Dictionaries with
/// the same keys share the array of keys.
/// </summary>
/// <param name="keys">The keys, each once.</param>
/// <param name="values">The value of each key.</param>
internal sealed class SmallMap<T>(string[] keys, T[] values) : IReadOnlyDictionary<string, T>
{
    public static SmallMap<T> Empty { get; } = new([], []);

    public string[] KeyArray => keys;
    public T[] ValueArray => values;
    public int Count => keys.Length;
    public IEnumerable<string> Keys => keys;
    public IEnumerable<T> Values => values;
    public T this[string key] => TryGetValue(key, out var value) ? value : throw new KeyNotFoundException($"There is no {key}.");

    public bool ContainsKey(string key) => TryGetValue(key, out _);

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out T value)
    {
        for (var i = 0; i < keys.Length; i++)
        {
            if (keys[i] != key)
                continue;
            value = values[i];
            return true;
        }
        value = default;
        return false;
    }

    public IEnumerator<KeyValuePair<string, T>> GetEnumerator()
    {
        for (var i = 0; i < keys.Length; i++)
            yield return new(keys[i], values[i]);
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

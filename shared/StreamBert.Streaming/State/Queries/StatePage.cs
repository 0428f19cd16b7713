using System.Buffers.Text;
using System.Collections;
using System.Globalization;
using System.Text;

namespace StreamBert.Streaming.State.Queries;

/// <summary>A part of a list, limited by count and by bytes.</summary>
/// <param name="items">In the order of the list.</param>
/// <param name="next">Where the next page begins; null at the end of the list.</param>
public sealed class StatePage<T>(IReadOnlyList<T> items, StateCursor? next) : IReadOnlyList<T>
{
    public StateCursor? Next => next;

    public int Count => items.Count;

    public T this[int index] => items[index];

    public IEnumerator<T> GetEnumerator() => items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>A place in a list: behind the member with this score and name.</summary>
public sealed record StateCursor(double Score, string Member)
{
    /// <summary>Longest text that is read as a cursor.</summary>
    private const int MaxChars = 8 * 1024;

    /// <summary>As a client gets it and sends it back.</summary>
    public override string ToString()
        => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Score:R}\n{Member}")));

    /// <returns>Null for what is no cursor.</returns>
    public static StateCursor? Parse(string cursor)
    {
        if (cursor.Length is 0 or > MaxChars || !Base64Url.IsValid(cursor)) return null;
        var parts = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor)).Split('\n', 2);
        return parts.Length == 2 && double.TryParse(parts[0], NumberStyles.Float, CultureInfo.InvariantCulture, out var score)
            && !double.IsNaN(score) ? new(score, parts[1]) : null;
    }
}

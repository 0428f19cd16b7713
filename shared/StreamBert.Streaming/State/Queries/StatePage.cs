using System.Buffers.Text;
using System.Collections;
using System.Globalization;
using System.Text;
using StreamBert.Streaming.State.Layout;

namespace StreamBert.Streaming.State.Queries;

/// <summary>One page of a list, limited by count and by bytes.</summary>
/// <param name="items">The items, in the order of the list.</param>
/// <param name="next">The cursor of the next page; null at the end of the list.</param>
public sealed class StatePage<T>(IReadOnlyList<T> items, StateCursor? next) : IReadOnlyList<T>
{
    /// <summary>The cursor of the next page; null at the end of the list.</summary>
    public StateCursor? Next => next;

    /// <summary>The number of items.</summary>
    public int Count => items.Count;

    /// <summary>Returns an item.</summary>
    public T this[int index] => items[index];

    /// <summary>Enumerates the items.</summary>
    public IEnumerator<T> GetEnumerator() => items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>A position in a list: after the member with this score and name.</summary>
public sealed record StateCursor(double Score, string Member)
{
    /// <summary>The longest text that is parsed as a cursor.</summary>
    private const int MaxChars = 8 * 1024;

    /// <summary>Compares positions in the order of the store: by score, then by the bytes of the name.</summary>
    public static IComparer<StateCursor> Order { get; } = Comparer<StateCursor>.Create(static (a, b) =>
        a.Score.CompareTo(b.Score) is not 0 and var order ? order
            : Encoding.UTF8.GetBytes(a.Member).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(b.Member)));

    /// <summary>Returns the position of a member of a list that is ordered by time.</summary>
    public static StateCursor Of(DateTimeOffset time, string member) => new(StateKeys.Score(time), member);

    /// <summary>Formats the cursor as clients receive it and send it back.</summary>
    public override string ToString()
        => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Score:R}\n{Member}")));

    /// <summary>Parses a cursor; null if the text is not a cursor.</summary>
    public static StateCursor? Parse(string cursor)
    {
        if (cursor.Length is 0 or > MaxChars || !Base64Url.IsValid(cursor)) return null;
        var parts = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor)).Split('\n', 2);
        return parts.Length == 2 && double.TryParse(parts[0], NumberStyles.Float, CultureInfo.InvariantCulture, out var score)
            && !double.IsNaN(score) ? new(score, parts[1]) : null;
    }
}

using StreamBert.Contracts;

namespace StreamBert.Gateway.Dashboard;

/// <summary>A segment over its latest windows.</summary>
public sealed record SegmentShare(string Segment, Share Share);

/// <summary>The windows of every segment of one pipeline and head, the latest <see cref="Capacity"/> of each.</summary>
internal sealed class TrendBook
{
    private const int Capacity = 120;

    /// <summary>Windows of all segments together; the segments that had texts last are kept.</summary>
    private const int MaxWindows = 20_000;
    private int _count;
    private readonly Dictionary<string, SortedList<DateTimeOffset, TrendUpdated>> _series = [];

    /// <summary>One more with every change.</summary>
    public int Version { get; private set; }

    /// <summary>There are more segments than are held.</summary>
    public bool IsPartial { get; private set; }

    /// <summary>Every segment but the whole, in order.</summary>
    public IEnumerable<string> Names => _series.Keys.Where(static name => name != SeriesKey.All).Order(StringComparer.Ordinal);

    public IReadOnlyList<TrendUpdated> Windows(string segment) =>
        _series.TryGetValue(segment, out var windows) ? [.. windows.Values] : [];

    /// <summary>A later revision of a window replaces the earlier.</summary>
    public void Add(TrendUpdated trend)
    {
        if (!_series.TryGetValue(trend.Series.Segment, out var windows))
            _series[trend.Series.Segment] = windows = [];
        if (windows.TryGetValue(trend.Window.Start, out var known) && known.Revision > trend.Revision) return;
        var before = windows.Count;
        windows[trend.Window.Start] = trend;
        if (windows.Count > Capacity) windows.RemoveAt(0);
        _count += windows.Count - before;
        if (_count > MaxWindows) Forget();
        Version++;
    }

    public void Clear()
    {
        _series.Clear();
        (_count, IsPartial) = (0, false);
        Version++;
    }

    /// <summary>Not all segments could be loaded.</summary>
    public void MarkPartial() => IsPartial = true;

    private void Forget()
    {
        var oldest = _series.Where(static pair => pair.Key != SeriesKey.All && pair.Value.Count > 0)
            .MinBy(static pair => pair.Value.Keys[^1]);
        if (oldest.Key is null) return;
        _count -= oldest.Value.Count;
        _series.Remove(oldest.Key);
        IsPartial = true;
    }

    /// <summary>
    /// Every segment's share of a label (entities, which overlap, left out) over the latest windows, the most telling first: by the
    /// interval's lower end, so that
    /// three of four texts do not outrank three hundred of four hundred.
    /// </summary>
    public IReadOnlyList<SegmentShare> Segments(string label, int windows)
    {
        var recent = Windows(SeriesKey.All).TakeLast(windows).ToList();
        if (recent.Count == 0) return [];
        var from = recent[0].Window.Start;
        return [.. _series.Where(static pair => pair.Key != SeriesKey.All && !SeriesKey.IsEntity(pair.Key))
            .Select(pair => new SegmentShare(pair.Key, Share.Of(pair.Value.Values.Where(window => window.Window.Start >= from), label)))
            .Where(static segment => segment.Share.Count > 0)
            .OrderByDescending(static segment => segment.Share.Interval.Low).ThenBy(static segment => segment.Segment, StringComparer.Ordinal)];
    }
}

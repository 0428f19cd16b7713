using StreamBert.Contracts;
using StreamBert.Gateway.Dashboard.Display;

namespace StreamBert.Gateway.Dashboard.Session;

/// <summary>The latest <see cref="WindowsPerSegment"/> windows of every segment of one pipeline and head.</summary>
internal sealed class TrendHistory
{
    private const int WindowsPerSegment = 120;

    /// <summary>The most windows of all segments together; the segment whose last text is oldest is evicted first.</summary>
    private const int MaxWindows = 20_000;
    private readonly Dictionary<string, SortedList<DateTimeOffset, TrendUpdated>> _segments = [];
    private int _count;

    /// <summary>Increases with every change.</summary>
    public int Version { get; private set; }

    /// <summary>Whether some segments were evicted or not loaded.</summary>
    public bool IsPartial { get; private set; }

    /// <summary>The names of all segments except the series of the whole pipeline, sorted.</summary>
    public IEnumerable<string> Segments => _segments.Keys.Where(static name => name != SeriesKey.All).Order(StringComparer.Ordinal);

    public IReadOnlyList<TrendUpdated> GetWindows(string segment) =>
        _segments.TryGetValue(segment, out var windows) ? [.. windows.Values] : [];

    /// <summary>Adds a window. A later revision replaces an earlier one of the same window.</summary>
    public void Add(TrendUpdated trend)
    {
        if (!_segments.TryGetValue(trend.Series.Segment, out var windows))
            _segments[trend.Series.Segment] = windows = [];
        if (windows.TryGetValue(trend.Window.Start, out var known) && known.Revision > trend.Revision)
            return;
        var before = windows.Count;
        windows[trend.Window.Start] = trend;
        if (windows.Count > WindowsPerSegment)
            windows.RemoveAt(0);
        _count += windows.Count - before;
        if (_count > MaxWindows)
            EvictOldestSegment();
        Version++;
    }

    public void Clear()
    {
        _segments.Clear();
        (_count, IsPartial) = (0, false);
        Version++;
    }

    /// <summary>Records that not all segments could be loaded.</summary>
    public void MarkPartial() => IsPartial = true;

    /// <summary>
    /// Ranks the segments over the latest windows, without entities, which overlap: by the share of the label, by its count, or without a
    /// label by the number of texts. Of a share, the lower end of the interval decides, so that three of four texts do not outrank three
    /// hundred of four hundred.
    /// </summary>
    public IReadOnlyList<SegmentShare> RankSegments(ChartedLabel charted, int windows)
    {
        var recent = GetWindows(SeriesKey.All).TakeLast(windows).ToList();
        if (recent.Count == 0)
            return [];
        var from = recent[0].Window.Start;
        return [.. _segments.Where(static pair => pair.Key != SeriesKey.All && !SeriesKey.IsEntity(pair.Key))
            .Select(pair => new SegmentShare(
                pair.Key, Share.Of(pair.Value.Values.Where(window => window.Window.Start >= from), charted.Label ?? "")))
            .Where(static segment => segment.Share.Count > 0)
            .OrderByDescending(segment => charted switch
            {
                { Label: null } => segment.Share.Count,
                { IsShare: true } => segment.Share.Interval.Low,
                _ => segment.Share.Selected,
            })
            .ThenBy(static segment => segment.Segment, StringComparer.Ordinal)];
    }

    private void EvictOldestSegment()
    {
        var oldest = _segments.Where(static pair => pair.Key != SeriesKey.All && pair.Value.Count > 0)
            .MinBy(static pair => pair.Value.Keys[^1]);
        if (oldest.Key is null)
            return;
        _count -= oldest.Value.Count;
        _segments.Remove(oldest.Key);
        IsPartial = true;
    }
}

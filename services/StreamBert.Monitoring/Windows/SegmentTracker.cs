using StreamBert.Contracts;
using StreamBert.Monitoring.Counts;
using StreamBert.Monitoring.Statistics;
using StreamBert.Monitoring.Tables;

namespace StreamBert.Monitoring.Windows;

/// <summary>
/// Decides, at the close of a window, which segments of one dimension are tracked individually. These become series; the texts of the
/// others become the series of the other segments, so that every text of the dimension is in one of its series.
/// </summary>
internal sealed class SegmentTracker(DimensionReader dimension, WindowOptions options, NameTables tables)
{
    private readonly string _table = TableNames.Segments(dimension.Name);

    /// <summary>The segment of all texts whose own segment is not tracked.</summary>
    public string Other { get; } = dimension.Other;

    /// <summary>The segments that are tracked.</summary>
    public IEnumerable<string> Tracked => dimension.IsOfEntities
        ? tables.Entities.Uses.Keys : tables.Segments.GetValueOrDefault(dimension.Name)?.Keys ?? Enumerable.Empty<string>();

    /// <summary>Updates the table with a window that closes, and makes series of its segments.</summary>
    public TableOverflow Complete(WindowCounts window)
    {
        var segments = window.Segments.GetValueOrDefault(dimension.Name) ?? [];
        var overflow = Track(segments, window.Untracked.GetValueOrDefault(_table)).Overflow;
        SegmentCounts? others = segments.GetValueOrDefault(Other);
        foreach (var (segment, counts) in segments.OrderedByKey())
        {
            if (tables.TracksSegment(dimension.Name, segment))
                AddSeries(window, segment, counts);
            else if (segment != Other)
                (others ??= new()).Merge(counts, options.SamplesPerSegment);
        }
        if (others is not null)
            AddSeries(window, Other, others);
        window.Segments.Remove(dimension.Name);
        return overflow;
    }

    private TableUpdate Track(Dictionary<string, SegmentCounts> segments, long untracked)
    {
        var used = segments.OrderedByKey().Where(segment => segment.Key != Other)
            .Select(static segment => KeyValuePair.Create(segment.Key, segment.Value.Volume.Count));
        if (dimension.IsOfEntities)
            return tables.Entities.Update(_table, used, options, untracked);
        if (!tables.Segments.TryGetValue(dimension.Name, out var tracked))
            tables.Segments[dimension.Name] = tracked = [];
        return FrequencyEviction.Update(_table, tracked, used, options.MaxSegments, untracked);
    }

    private static void AddSeries(WindowCounts window, string segment, SegmentCounts counts)
    {
        foreach (var (head, series) in counts.Series)
            window.SegmentsOf(head)[segment] = series;
        window.Volumes[segment] = counts.Volume;
        if (counts.Sample.Count > 0)
            window.Sample.Strata[segment] = counts.Sample;
    }
}

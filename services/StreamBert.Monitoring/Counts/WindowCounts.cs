using System.Text.Json.Serialization;
using StreamBert.Contracts;
using StreamBert.Monitoring.Statistics;

namespace StreamBert.Monitoring.Counts;

/// <summary>The counts of one event-time window of one pipeline. They do not depend on the order in which texts were counted.</summary>
internal sealed class WindowCounts
{
    public DateTimeOffset Start { get; set; }

    /// <summary>Whether the stream began within this window.</summary>
    public bool IsPartial { get; set; }

    /// <summary>The number of texts.</summary>
    public long Count { get; set; }

    /// <summary>Head → segment → counts; while the window is open, of <c>all</c> only.</summary>
    public Dictionary<string, Dictionary<string, SeriesCounts>> Series { get; set; } = [];

    /// <summary>
    /// Segment → number of texts: of <c>all</c>; once the window has closed, also of each tracked segment with texts, and of the other
    /// segments of each dimension together.
    /// </summary>
    public Dictionary<string, VolumeCounts> Volumes { get; set; } = [];

    /// <summary>Dimension → segment → counts, until the window closes and the tracked segments become series.</summary>
    public Dictionary<string, Dictionary<string, SegmentCounts>> Segments { get; set; } = [];

    /// <summary>Whether each text of a story is a cluster, because the texts of the stream recur.</summary>
    public bool CountsTexts { get; set; }

    /// <summary>The clusters of the texts.</summary>
    public WindowClusters Clusters { get; set; } = new();

    /// <summary>Fairness rule → group → counts.</summary>
    public Dictionary<string, Dictionary<string, GroupCounts>> Groups { get; set; } = [];

    /// <summary>Table → uses of names that were not counted individually, because the window had too many.</summary>
    public Dictionary<string, long> Untracked { get; set; } = [];

    /// <summary>Model version → number of texts.</summary>
    public Dictionary<string, long> Versions { get; set; } = [];

    public TextSample Sample { get; set; } = new();

    /// <summary>The lengths, unknown tokens and embeddings of the texts.</summary>
    public TextProfile Texts { get; set; } = new();

    /// <summary>The version that classified most texts of the window; null in an empty window.</summary>
    [JsonIgnore]
    public string? Version => Versions.Count == 0 ? null : Versions.OrderedByKey().MaxBy(static pair => pair.Value).Key;

    /// <summary>Returns the segment that counts the texts of a segment while it is not tracked, such as <c>topic=(other)</c>.</summary>
    public static string OtherThan(string segment) =>
        $"{segment.AsSpan(0, Math.Max(0, segment.IndexOf('=', StringComparison.Ordinal)))}={SegmentDimension.OtherValue}";

    public void AddUntracked(string table, long uses)
    {
        if (uses > 0)
            Untracked[table] = Untracked.GetValueOrDefault(table) + uses;
    }

    public SeriesCounts? Find(string head, string segment) => Series.GetValueOrDefault(head)?.GetValueOrDefault(segment);

    /// <summary>Returns the counts of a series, and adds them if there are none.</summary>
    public SeriesCounts GetOrAdd(string head, string segment)
    {
        var segments = SegmentsOf(head);
        if (segments.TryGetValue(segment, out var series))
            return series;
        return segments[segment] = segment == SeriesKey.All ? SeriesCounts.ForAll() : new();
    }

    /// <summary>Returns the segments of a head, and adds the head if it is missing.</summary>
    public Dictionary<string, SeriesCounts> SegmentsOf(string head)
    {
        if (!Series.TryGetValue(head, out var segments))
            Series[head] = segments = [];
        return segments;
    }

    /// <summary>Returns the number of texts of a segment, and adds it if there is none.</summary>
    public VolumeCounts VolumeOf(string segment)
    {
        if (!Volumes.TryGetValue(segment, out var volume))
            Volumes[segment] = volume = new();
        return volume;
    }

    /// <summary>Returns the counts of the segments of a dimension in an open window, and adds the dimension if it is missing.</summary>
    public Dictionary<string, SegmentCounts> DimensionOf(string dimension)
    {
        if (!Segments.TryGetValue(dimension, out var segments))
            Segments[dimension] = segments = [];
        return segments;
    }

    /// <summary>Begins a new revision of the series that late texts have changed, and returns these series.</summary>
    public IReadOnlyList<(string Head, string Segment)> BeginRevision()
    {
        var all = Series.Values.SelectMany(static segments => segments.Values).ToList();
        if (!all.Exists(static series => series.HasChanged))
            return [];
        var before = all.ConvertAll(static series => (series.Clusters, series.ClusterSquares));
        ClusterTally.Apply(this);
        foreach (var (series, clusters) in all.Zip(before))
            series.HasChanged |= clusters != (series.Clusters, series.ClusterSquares); // a late text can join two stories
        List<(string, string)> revised = [];
        foreach (var (head, segments) in Series.OrderedByKey())
        {
            foreach (var (segment, series) in segments.OrderedByKey())
            {
                if (series.TryBeginRevision())
                    revised.Add((head, segment));
            }
        }
        return revised;
    }
}

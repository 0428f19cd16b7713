using System.Text.Json.Serialization;
using StreamBert.Contracts;
using StreamBert.Monitoring.Statistics;

namespace StreamBert.Monitoring.Counts;

/// <summary>The counts of one event-time window of one pipeline. They do not depend on the order in which texts were counted.</summary>
internal sealed class WindowCounts
{
    public DateTimeOffset Start { get; set; }

    /// <summary>Whether the stream began, or resumed after a long gap, within this window.</summary>
    public bool IsPartial { get; set; }

    /// <summary>The number of texts.</summary>
    public long Count { get; set; }

    /// <summary>Head → segment → counts.</summary>
    public Dictionary<string, Dictionary<string, SeriesCounts>> Series { get; set; } = [];

    /// <summary>Segment → mentions of the entity, until the window closes and the tracked entities become series.</summary>
    public Dictionary<string, MentionCounts> Mentions { get; set; } = [];

    /// <summary>Fairness rule → group → counts.</summary>
    public Dictionary<string, Dictionary<string, GroupCounts>> Groups { get; set; } = [];

    /// <summary>Table → uses of names that were not counted individually, because the window had too many.</summary>
    public Dictionary<string, long> Untracked { get; set; } = [];

    /// <summary>Model version → number of texts.</summary>
    public Dictionary<string, long> Versions { get; set; } = [];

    public TextSample Sample { get; set; } = new();

    /// <summary>The version that classified most texts of the window; null in an empty window.</summary>
    [JsonIgnore]
    public string? Version => Versions.Count == 0 ? null : Versions.OrderedByKey().MaxBy(static pair => pair.Value).Key;

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
        return segments[segment] = new() { Confidences = segment == SeriesKey.All ? new int[SeriesCounts.Bins] : null };
    }

    /// <summary>Returns the segments of a head, and adds the head if it is missing.</summary>
    public Dictionary<string, SeriesCounts> SegmentsOf(string head)
    {
        if (!Series.TryGetValue(head, out var segments))
            Series[head] = segments = [];
        return segments;
    }

    /// <summary>Begins a new revision of the series that late texts have changed, and returns these series.</summary>
    public IReadOnlyList<(string Head, string Segment)> BeginRevision()
    {
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

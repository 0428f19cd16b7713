using System.Text.Json.Serialization;
using StreamBert.Contracts;
using StreamBert.Monitoring.Statistics;
using StreamBert.Monitoring.Tables;

namespace StreamBert.Monitoring.Windows;

/// <summary>A window that has just closed, or has been revised by late texts.</summary>
public sealed record WindowClosed(WindowCounts Counts, TimeWindow Window)
{
    /// <summary>The series that late texts changed; empty when the window closes for the first time.</summary>
    public IReadOnlyList<(string Head, string Segment)> Revised { get; init; } = [];

    public bool IsRevision => Revised.Count > 0;
}

/// <summary>
/// Everything counted of one event-time window of one pipeline. What stands in it does not depend on the order in which it was counted.
/// </summary>
public sealed class WindowCounts
{
    public DateTimeOffset Start { get; set; }

    /// <summary>The stream began, or began again after a long gap, within this window: it is not a whole one.</summary>
    public bool Partial { get; set; }

    /// <summary>Texts of the window.</summary>
    public long Count { get; set; }

    /// <summary>Head → segment → counts.</summary>
    public Dictionary<string, Dictionary<string, SeriesCounts>> Series { get; set; } = [];

    /// <summary>Entities mentioned, by segment, until the window closes and it is decided which of them are series.</summary>
    public Dictionary<string, MentionCounts> Mentions { get; set; } = [];

    /// <summary>Fairness rule → group → counts.</summary>
    public Dictionary<string, Dictionary<string, GroupCounts>> Groups { get; set; } = [];

    /// <summary>Table → uses of names that were not even counted, for there were too many in this window.</summary>
    public Dictionary<string, long> Outside { get; set; } = [];

    /// <summary>What found no place in the tables when the window closed.</summary>
    [JsonIgnore]
    public List<TablePressure> Pressure { get; } = [];

    /// <summary>Texts per model version.</summary>
    public Dictionary<string, long> Versions { get; set; } = [];

    public TextSample Sample { get; set; } = new();

    /// <summary>The version that answered most of the window's texts; null in an empty window.</summary>
    [JsonIgnore]
    public string? Version => Versions.Count == 0 ? null : Versions.InOrder().MaxBy(static pair => pair.Value).Key;

    public void CountOutside(string table, long uses)
    {
        if (uses > 0)
            Outside[table] = Outside.GetValueOrDefault(table) + uses;
    }

    public SeriesCounts? Find(string head, string segment) => Series.GetValueOrDefault(head)?.GetValueOrDefault(segment);

    /// <summary>The counts of a series, made if there are none yet.</summary>
    public SeriesCounts Of(string head, string segment)
    {
        if (!Series.TryGetValue(head, out var segments))
            Series[head] = segments = [];
        if (segments.TryGetValue(segment, out var series))
            return series;
        return segments[segment] = new() { Confidences = segment == SeriesKey.All ? new int[SeriesCounts.Bins] : null };
    }

    /// <summary>Begins the next revision of the series that late texts changed, and returns them.</summary>
    public IReadOnlyList<(string Head, string Segment)> Revise()
    {
        List<(string, string)> revised = [];
        foreach (var (head, segments) in Series.InOrder())
        {
            foreach (var (segment, series) in segments.InOrder())
            {
                if (series.BeginRevision())
                    revised.Add((head, segment));
            }
        }
        return revised;
    }
}

/// <summary>The texts of a window that mention an entity.</summary>
public sealed class MentionCounts
{
    /// <summary>The head whose answers are counted.</summary>
    public string Head { get; set; } = "";
    public DateTimeOffset Last { get; set; }
    public SeriesCounts Series { get; set; } = new();
}

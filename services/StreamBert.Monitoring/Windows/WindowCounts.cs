using System.Text.Json.Serialization;
using StreamBert.Contracts;

namespace StreamBert.Monitoring.Windows;

/// <summary>Everything counted of one event-time window of one pipeline.</summary>
public sealed class WindowCounts
{
    public DateTimeOffset Start { get; set; }

    /// <summary>The stream began, or began again after a long gap, within this window: it is not a whole one.</summary>
    public bool Partial { get; set; }

    /// <summary>Texts of the window.</summary>
    public long Count { get; set; }

    /// <summary>Head → segment → counts.</summary>
    public Dictionary<string, Dictionary<string, SeriesCounts>> Series { get; set; } = [];

    /// <summary>Fairness rule → group → counts.</summary>
    public Dictionary<string, Dictionary<string, GroupCounts>> Groups { get; set; } = [];

    /// <summary>Texts per model version.</summary>
    public Dictionary<string, long> Versions { get; set; } = [];

    public TextSample Sample { get; set; } = new();

    /// <summary>The version that answered most of the window's texts; null in an empty window.</summary>
    [JsonIgnore]
    public string? Version => Versions.Count == 0 ? null : Versions.MaxBy(pair => pair.Value).Key;

    public SeriesCounts? Find(string head, string segment) => Series.GetValueOrDefault(head)?.GetValueOrDefault(segment);
}

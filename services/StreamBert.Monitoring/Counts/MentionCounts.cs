namespace StreamBert.Monitoring.Counts;

/// <summary>The texts of a window that mention an entity.</summary>
internal sealed class MentionCounts
{
    /// <summary>The head whose labels are counted.</summary>
    public string Head { get; set; } = "";

    /// <summary>The event time of the last mention.</summary>
    public DateTimeOffset LastMention { get; set; }
    public SeriesCounts Series { get; set; } = new();
}

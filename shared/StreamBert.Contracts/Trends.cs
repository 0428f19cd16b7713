namespace StreamBert.Contracts;

/// <summary>A half-open interval of event time.</summary>
public sealed record TimeWindow(DateTimeOffset Start, DateTimeOffset End);

/// <summary>What is counted together: a pipeline, one of its heads and a segment of it.</summary>
/// <param name="Segment"><c>all</c>, or <c>topic=Energy | Oil</c>: a head or attribute and its value.</param>
public sealed record SeriesKey(string Pipeline, string Head, string Segment)
{
    public const string All = "all";
}

/// <summary>The counts of one event-time window of one series. A later revision of a window replaces the earlier.</summary>
public sealed record TrendUpdated
{
    public required SeriesKey Series { get; init; }
    public required TimeWindow Window { get; init; }
    public required long Count { get; init; }
    public required IReadOnlyDictionary<string, long> Labels { get; init; }
    public required double MeanConfidence { get; init; }

    /// <summary>Records that came after the window had closed and are counted in this revision.</summary>
    public long Late { get; init; }

    /// <summary>0 at the first close; one more with every correction.</summary>
    public int Revision { get; init; }
}

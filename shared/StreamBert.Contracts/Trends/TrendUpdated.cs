namespace StreamBert.Contracts;

/// <summary>Holds the counts of one event-time window of one series. A later revision of a window replaces the earlier one.</summary>
public sealed record TrendUpdated
{
    /// <summary>The series.</summary>
    public required SeriesKey Series { get; init; }

    /// <summary>The window.</summary>
    public required TimeWindow Window { get; init; }

    /// <summary>The number of texts.</summary>
    public required long Count { get; init; }

    /// <summary>The number of texts by label.</summary>
    public required IReadOnlyDictionary<string, long> Labels { get; init; }

    /// <summary>The number of stories: copies of one text count once.</summary>
    public long? Stories { get; init; }

    /// <summary>What the baselines of the series expected in the window. Empty without a baseline.</summary>
    public IReadOnlyList<Expectation> Expected { get; init => field = value ?? []; } = [];

    /// <summary>The mean confidence, 0 to 1.</summary>
    public required double MeanConfidence { get; init; }

    /// <summary>The late texts that came after the window had closed and are counted in this revision.</summary>
    public long Late { get; init; }

    /// <summary>0 when the window closes first; one more with every revision.</summary>
    public int Revision { get; init; }
}

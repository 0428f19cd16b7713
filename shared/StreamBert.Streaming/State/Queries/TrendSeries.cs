using StreamBert.Contracts;

namespace StreamBert.Streaming.State.Queries;

/// <summary>A series with its windows, oldest first.</summary>
/// <param name="Series">The series.</param>
/// <param name="Windows">Its windows; merged ones if <see cref="WindowsPerPoint"/> is more than 1.</param>
public sealed record TrendSeries(SeriesKey Series, IReadOnlyList<TrendUpdated> Windows)
{
    /// <summary>The most windows that were merged into one; null if the windows were not to be merged.</summary>
    public long? WindowsPerPoint { get; init; }

    /// <summary>What is stored of the series; null if the windows were not to be merged, or if nothing is stored.</summary>
    public TrendExtent? Extent { get; init; }
}

/// <summary>The windows that the state store holds of a series.</summary>
/// <param name="First">The start of the first window.</param>
/// <param name="Last">The start of the last window.</param>
public sealed record TrendExtent(DateTimeOffset First, DateTimeOffset Last);

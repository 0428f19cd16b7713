using StreamBert.Contracts;

namespace StreamBert.Streaming.State.Queries;

/// <summary>Selects series and a span of event time. Null selects all.</summary>
/// <param name="Pipeline">The pipeline.</param>
/// <param name="Head">The head.</param>
/// <param name="Segment">The segment.</param>
/// <param name="From">The start of the span.</param>
/// <param name="To">The end of the span, exclusive.</param>
/// <param name="Limit">The most windows of each series: the latest ones.</param>
public sealed record TrendQuery(
    string? Pipeline = null,
    string? Head = null,
    string? Segment = null,
    DateTimeOffset? From = null,
    DateTimeOffset? To = null,
    int Limit = 240)
{
    /// <summary>The cursor of the page before; null: the first page.</summary>
    public StateCursor? After { get; init; }

    /// <summary>The entity that the texts of a series must mention: <c>name</c> or <c>TYPE:name</c>.</summary>
    public string? Entity { get; init; }

    internal bool Matches(SeriesKey series) =>
        (Pipeline is null || series.Pipeline == Pipeline)
        && (Head is null || series.Head == Head)
        && (Segment is null || series.Segment == Segment)
        && (Entity is null || series.IsAbout(Entity));
}

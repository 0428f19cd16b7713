using System.Globalization;
using System.Text.Json;
using StreamBert.Contracts;
using StreamBert.Streaming.State.Layout;
using StreamBert.Streaming.State.Queries;

namespace StreamBert.Streaming.State.Reading;

/// <summary>The part of a query's result that is still to be read.</summary>
/// <param name="Series">The series to continue with; null: the first.</param>
/// <param name="Before">Only windows of that series that start before this score; null: those up to the end of the query.</param>
/// <param name="Windows">The number of windows still wanted of that series.</param>
internal sealed record TrendRest(SeriesKey? Series, double? Before, int Windows)
{
    public static TrendRest All(TrendQuery query) => new(null, null, query.Limit);

    /// <summary>Reads the rest from the query's cursor; an invalid cursor begins with the first page.</summary>
    public static TrendRest From(TrendQuery query)
    {
        if (query.After is not { } after || after.Member.Split('\n', 2) is not [var left, var series]
            || !int.TryParse(left, CultureInfo.InvariantCulture, out var windows))
        {
            return All(query);
        }
        try
        {
            var before = double.IsPositiveInfinity(after.Score) ? (double?)null : after.Score;
            return new(SeriesJson.Parse(series), before, Math.Clamp(windows, 1, query.Limit));
        }
        catch (JsonException)
        {
            return All(query);
        }
    }

    public StateCursor CursorAt(SeriesKey series) =>
        new(Before ?? double.PositiveInfinity, string.Create(CultureInfo.InvariantCulture, $"{Windows}\n{SeriesJson.ToText(series)}"));
}

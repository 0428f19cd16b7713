using StackExchange.Redis;
using StreamBert.Contracts;
using StreamBert.Streaming.State.Connection;
using StreamBert.Streaming.State.Layout;

namespace StreamBert.Streaming.State.Reading;

/// <summary>Reads the windows of a series by their time, whether they are in one sorted set or in one for each day.</summary>
internal sealed class WindowReader(StateConnection connection, StateKeys keys)
{
    /// <summary>The number of days that are looked up together.</summary>
    private const int DayChunk = 32;

    /// <summary>A series that always has more days was not written by StreamBert.</summary>
    private const int MaxDays = 200_000;

    /// <summary>Reads the first windows of a span in the given order: all of it if they are fewer than asked for.</summary>
    /// <param name="series">The series.</param>
    /// <param name="from">The score at which the span begins.</param>
    /// <param name="to">The score at which it ends, exclusive.</param>
    /// <param name="order">Whether the oldest or the latest windows come first.</param>
    /// <param name="count">The most windows to read.</param>
    /// <param name="cancellation">Cancels the read.</param>
    public async Task<IReadOnlyList<StoredWindow>> ReadAsync(
        SeriesKey series, double from, double to, Order order, int count, CancellationToken cancellation)
    {
        if (series.Segment != SeriesKey.All)
            return await ReadAsync(keys.Trend(series), (from, to), order, count, cancellation);
        List<StoredWindow> found = [];
        for (long skip = 0; skip < MaxDays; skip += DayChunk)
        {
            var days = await ListDaysAsync(series, (from, to), order, skip, cancellation);
            foreach (var day in days)
            {
                var key = keys.TrendDay(series, day.ToString());
                found.AddRange(await ReadAsync(key, (from, to), order, count - found.Count, cancellation));
                if (found.Count == count)
                    return found;
            }
            if (days.Length < DayChunk)
                break;
        }
        return found;
    }

    private Task<RedisValue[]> ListDaysAsync(
        SeriesKey series, (double From, double To) span, Order order, long skip, CancellationToken cancellation)
    {
        var first = double.IsFinite(span.From) ? StateKeys.DayOf(span.From).Score : span.From;
        return connection.ReadAsync(
            database => database.SortedSetRangeByScoreAsync(
                keys.TrendDays(series), first, span.To, Exclude.Stop, order, skip, DayChunk),
            cancellation);
    }

    private Task<StoredWindow[]> ReadAsync(
        RedisKey key, (double From, double To) span, Order order, int count, CancellationToken cancellation) => connection.ReadAsync(
        async database =>
        {
            var windows = await database.SortedSetRangeByScoreWithScoresAsync(
                key, span.From, span.To, Exclude.Stop, order, skip: 0, take: count);
            return windows.Select(static window =>
                new StoredWindow(StoredValues.Parse<TrendUpdated>(window.Element)!, window.Score, window.Element.Length())).ToArray();
        },
        cancellation);
}

/// <summary>A window as the store holds it.</summary>
/// <param name="Window">The window.</param>
/// <param name="Score">The score of its start.</param>
/// <param name="Bytes">Its size in the store.</param>
internal sealed record StoredWindow(TrendUpdated Window, double Score, long Bytes);

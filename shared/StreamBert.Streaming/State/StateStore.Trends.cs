using System.Globalization;
using System.Text.Json;
using StackExchange.Redis;
using StreamBert.Contracts;
using StreamBert.Streaming.State.Layout;
using StreamBert.Streaming.State.Leases;
using StreamBert.Streaming.State.Queries;

namespace StreamBert.Streaming.State;

/// <summary>Reads series and their windows.</summary>
public sealed partial class StateStore
{
    /// <summary>Windows of a series that are read together, and series that are read side by side.</summary>
    private const int ChunkWindows = 64;
    private const int SeriesAtOnce = 16;

    /// <summary>Every series that has windows, in order, the whole before its segments.</summary>
    public Task<IReadOnlyList<SeriesKey>> ListSeriesAsync(CancellationToken cancellation) => _connection.RunAsync(
        async database =>
        {
            var members = await database.SetMembersAsync(_keys.Series);
            return (IReadOnlyList<SeriesKey>)[.. members
                .Select(member => JsonSerializer.Deserialize((byte[])member!, StateContext.Default.SeriesKey)!)
                .OrderBy(Rank)];
        },
        cancellation);

    private static (string, string, bool, string) Rank(SeriesKey series)
        => (series.Pipeline, series.Head, series.Segment != SeriesKey.All, series.Segment);

    /// <summary>
    /// The series that match, each with its latest windows, oldest first. What does not fit follows on the next page: further series, and
    /// older windows of the last.
    /// </summary>
    public async Task<StatePage<TrendSeries>> ListTrendsAsync(TrendQuery query, CancellationToken cancellation, ReadLease? lease = null)
    {
        using var own = lease is null ? _budget.OpenLease() : null;
        var wanted = (await ListSeriesAsync(cancellation)).Where(query.Matches).ToList();
        var rest = TrendRest.From(query);
        var begin = rest.Series is { } last
            ? wanted.FindIndex(series => Rank(series).CompareTo(Rank(last)) >= 0) is >= 0 and var at ? at : wanted.Count
            : 0;
        if (begin < wanted.Count && wanted[begin] != rest.Series) rest = TrendRest.All(query); // it has gone since
        var found = new List<TrendSeries>();
        for (var index = begin; index < wanted.Count; index += SeriesAtOnce)
        {
            var series = wanted.Slice(index, Math.Min(SeriesAtOnce, wanted.Count - index));
            var first = await Task.WhenAll(
                series.Select((key, place) => WindowsAsync(key, query, index + place == begin ? rest : TrendRest.All(query), cancellation)));
            for (var place = 0; place < series.Count; place++)
            {
                var left = index + place == begin ? rest : TrendRest.All(query);
                var (windows, next) = await ReadSeriesAsync(series[place], query, left, first[place], lease ?? own!, cancellation);
                if (windows.Count > 0 || next is null) found.Add(new(series[place], [.. windows.Reverse<TrendUpdated>()]));
                if (next is not null) return new(found, next);
            }
        }
        return new(found, null);
    }

    /// <param name="Series">The one to go on with; null: the first.</param>
    /// <param name="Before">Only its windows that start before this; null: those up to the end of the query.</param>
    /// <param name="Left">Windows still wanted of it.</param>
    private sealed record TrendRest(SeriesKey? Series, double? Before, int Left)
    {
        public static TrendRest All(TrendQuery query) => new(null, null, query.Limit);

        public static TrendRest From(TrendQuery query)
        {
            if (query.After is not { } after || after.Member.Split('\n', 2) is not [var left, var series]
                || !int.TryParse(left, CultureInfo.InvariantCulture, out var windows))
            {
                return All(query);
            }

            try
            {
                return new(
                    JsonSerializer.Deserialize(series, StateContext.Default.SeriesKey),
                    double.IsPositiveInfinity(after.Score) ? null : after.Score,
                    Math.Clamp(windows, 1, query.Limit));
            }
            catch (JsonException)
            {
                return All(query);
            }
        }

        public StateCursor CursorAt(SeriesKey series) =>
            new(
                Before ?? double.PositiveInfinity,
                string.Create(CultureInfo.InvariantCulture, $"{Left}\n{JsonSerializer.Serialize(series, StateContext.Default.SeriesKey)}"));
    }

    private sealed record ReadWindow(TrendUpdated Window, double Score, long Bytes);

    /// <summary>The latest windows that are left of a series, the latest first.</summary>
    private Task<ReadWindow[]> WindowsAsync(
        SeriesKey series,
        TrendQuery query,
        TrendRest rest,
        CancellationToken cancellation) => _connection.RunAsync(
        async database =>
        {
            var read = await database.SortedSetRangeByScoreWithScoresAsync(
                _keys.Trend(series), query.From is { } from ? StateKeys.Score(from) : double.NegativeInfinity,
                rest.Before ?? (query.To is { } to
                    ? StateKeys.Score(to)
                    : double.PositiveInfinity), Exclude.Stop, Order.Descending, skip: 0, take: Math.Min(rest.Left, ChunkWindows));
            return read.Select(static window => new ReadWindow(Read<TrendUpdated>(window.Element)!, window.Score, window.Element.Length()))
                .ToArray();
        },
        cancellation);

    /// <returns>The windows, the latest first, and where the next page begins if not all fit.</returns>
    private async Task<(List<TrendUpdated> Windows, StateCursor? Next)> ReadSeriesAsync(
        SeriesKey series, TrendQuery query, TrendRest rest, ReadWindow[] read, ReadLease lease, CancellationToken cancellation)
    {
        var windows = new List<TrendUpdated>();
        while (true)
        {
            if (!await lease.TryAcquireAsync(read.Sum(static window => window.Bytes), cancellation)) return (windows, rest.CursorAt(series));
            windows.AddRange(read.Select(static window => window.Window));
            if (read.Length < Math.Min(rest.Left, ChunkWindows) || read.Length == rest.Left) return (windows, null);
            rest = rest with { Before = read[^1].Score, Left = rest.Left - read.Length };
            read = await WindowsAsync(series, query, rest, cancellation);
        }
    }
}

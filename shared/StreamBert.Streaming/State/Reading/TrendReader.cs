using StackExchange.Redis;
using StreamBert.Contracts;
using StreamBert.Streaming.State.Connection;
using StreamBert.Streaming.State.Layout;
using StreamBert.Streaming.State.Leases;
using StreamBert.Streaming.State.Queries;

namespace StreamBert.Streaming.State.Reading;

/// <summary>Reads series and their windows.</summary>
internal sealed class TrendReader(StateConnection connection, StateKeys keys)
{
    private readonly WindowReader _windows = new(connection, keys);

    /// <summary>The number of windows of a series that are read together.</summary>
    private const int WindowChunk = 64;

    /// <summary>The number of series that are read in parallel.</summary>
    private const int ParallelSeries = 16;

    /// <summary>Lists every series that has windows, in order, the series of all texts before its segments.</summary>
    public Task<IReadOnlyList<SeriesKey>> ListSeriesAsync(CancellationToken cancellation) => connection.ReadAsync(
        async database =>
        {
            var members = await database.SetMembersAsync(keys.Series);
            return (IReadOnlyList<SeriesKey>)[.. members.Select(SeriesJson.Deserialize).OrderBy(Rank)];
        },
        cancellation);

    /// <summary>Reads the series that match, each with its latest windows, oldest first.</summary>
    public async Task<StatePage<TrendSeries>> ReadAsync(TrendQuery query, ReadLease lease, CancellationToken cancellation)
    {
        var wanted = (await ListSeriesAsync(cancellation)).Where(query.Matches).ToList();
        var (begin, rest) = FindBegin(wanted, query);
        var found = new List<TrendSeries>();
        for (var index = begin; index < wanted.Count; index += ParallelSeries)
        {
            var series = wanted.Slice(index, Math.Min(ParallelSeries, wanted.Count - index));
            var rests = series.Select((_, place) => index + place == begin ? rest : TrendRest.All(query)).ToList();
            var first = await Task.WhenAll(series.Select((key, place) => ReadWindowsAsync(key, query, rests[place], cancellation)));
            for (var place = 0; place < series.Count; place++)
            {
                var (windows, next) = await ReadSeriesAsync(series[place], query, rests[place], first[place], lease, cancellation);
                if (windows.Count > 0 || next is null)
                    found.Add(new(series[place], [.. windows.Reverse<TrendUpdated>()]));
                if (next is not null)
                    return new(found, next);
            }
        }
        return new(found, null);
    }

    private static (string, string, bool, string) Rank(SeriesKey series) =>
        (series.Pipeline, series.Head, series.Segment != SeriesKey.All, series.Segment);

    /// <summary>Finds the series with which the page begins; one that was removed since the page before is skipped.</summary>
    private static (int Index, TrendRest Remaining) FindBegin(List<SeriesKey> wanted, TrendQuery query)
    {
        var rest = TrendRest.From(query);
        if (rest.Series is not { } last)
            return (0, rest);
        var begin = wanted.FindIndex(series => Rank(series).CompareTo(Rank(last)) >= 0) is >= 0 and var at ? at : wanted.Count;
        return (begin, begin < wanted.Count && wanted[begin] != last ? TrendRest.All(query) : rest);
    }

    /// <summary>Reads the latest of a series' remaining windows, the latest first.</summary>
    private Task<IReadOnlyList<StoredWindow>> ReadWindowsAsync(
        SeriesKey series, TrendQuery query, TrendRest rest, CancellationToken cancellation)
    {
        var from = query.From is { } start ? StateKeys.Score(start) : double.NegativeInfinity;
        var to = rest.Before ?? (query.To is { } end ? StateKeys.Score(end) : double.PositiveInfinity);
        return _windows.ReadAsync(series, from, to, Order.Descending, Math.Min(rest.Windows, WindowChunk), cancellation);
    }

    /// <returns>The windows, the latest first, and where the next page begins if not all fit.</returns>
    private async Task<(List<TrendUpdated> Windows, StateCursor? Next)> ReadSeriesAsync(
        SeriesKey series, TrendQuery query, TrendRest rest, IReadOnlyList<StoredWindow> chunk, ReadLease lease,
        CancellationToken cancellation)
    {
        var windows = new List<TrendUpdated>();
        while (await lease.TryAcquireAsync(chunk.Sum(static window => window.Bytes), cancellation))
        {
            windows.AddRange(chunk.Select(static window => window.Window));
            if (chunk.Count < Math.Min(rest.Windows, WindowChunk) || chunk.Count == rest.Windows)
                return (windows, null);
            rest = rest with { Before = chunk[^1].Score, Windows = rest.Windows - chunk.Count };
            chunk = await ReadWindowsAsync(series, query, rest, cancellation);
        }
        return (windows, rest.CursorAt(series));
    }
}

using System.Runtime.CompilerServices;
using StackExchange.Redis;
using StreamBert.Contracts;
using StreamBert.Streaming.State.Connection;
using StreamBert.Streaming.State.Layout;
using StreamBert.Streaming.State.Leases;
using StreamBert.Streaming.State.Queries;

namespace StreamBert.Streaming.State.Reading;

/// <summary>Reads one series over any span of event time and merges its windows while it reads.</summary>
internal sealed class MergedTrendReader(StateConnection connection, StateKeys keys)
{
    /// <summary>The number of windows that are read together.</summary>
    private const int WindowChunk = 500;

    /// <summary>Finds what is stored of a series; null if it has no windows.</summary>
    public async Task<TrendExtent?> FindExtentAsync(SeriesKey series, CancellationToken cancellation)
    {
        var (first, last, count) = await FindEndsAsync(series, double.NegativeInfinity, double.PositiveInfinity, cancellation);
        return first is { } begin && last is { } end ? new(StateKeys.Time(begin.Score), StateKeys.Time(end.Score), count) : null;
    }

    /// <summary>Reads the windows in a span, merged to no more than the points wanted.</summary>
    public async Task<TrendSeries> ReadAsync(
        SeriesKey series, (DateTimeOffset? From, DateTimeOffset? To) span, int points, ReadLease lease, CancellationToken cancellation)
    {
        var extent = await FindExtentAsync(series, cancellation);
        var from = span.From is { } begin ? StateKeys.Score(begin) : double.NegativeInfinity;
        var to = span.To is { } end ? StateKeys.Score(end) : double.PositiveInfinity;
        var (first, last, count) = await FindEndsAsync(series, from, to, cancellation);
        if (first is null || last is null || StoredValues.Parse<TrendUpdated>(last.Value.Element) is not { } latest)
            return new(series, []) { WindowsPerPoint = 1, Extent = extent };
        var window = latest.Window.End - latest.Window.Start;
        var range = StateKeys.Time(last.Value.Score) - StateKeys.Time(first.Value.Score);
        var pointSpan = PointSpan.Choose(window, range, count, points);
        var merged = await ReadAsync(series, (first.Value.Score, to), pointSpan > window ? new TrendMerger(pointSpan) : null, lease,
            cancellation);
        return new(series, merged) { WindowsPerPoint = (long)Math.Round(pointSpan / window), Extent = extent };
    }

    private async Task<IReadOnlyList<TrendUpdated>> ReadAsync(
        SeriesKey series, (double From, double To) span, TrendMerger? merger, ReadLease lease, CancellationToken cancellation)
    {
        var (windows, next, exclude) = (new List<TrendUpdated>(), span.From, Exclude.Stop);
        while (true)
        {
            var chunk = await ReadChunkAsync(series, (next, span.To), exclude, cancellation);
            var bytes = chunk.Sum(static entry => entry.Element.Length());
            if (!await lease.TryAcquireAsync(bytes, cancellation))
                throw new ReadsExhaustedException(lease.UsedBytes + lease.RemainingBytes);
            foreach (var window in chunk.Select(static entry => StoredValues.Parse<TrendUpdated>(entry.Element)!))
            {
                merger?.Add(window);
                if (merger is null)
                    windows.Add(window);
            }
            if (merger is not null)
                lease.Release(bytes);
            if (chunk.Length < WindowChunk)
                return merger?.Complete() ?? windows;
            (next, exclude) = (chunk[^1].Score, Exclude.Both);
        }
    }

    /// <summary>Streams the windows of one series, oldest first; a chunk is in memory until the next one is asked for.</summary>
    public async IAsyncEnumerable<IReadOnlyList<TrendUpdated>> StreamAsync(
        SeriesKey series, TrendQuery query, ReadLease lease, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var to = query.To is { } end ? StateKeys.Score(end) : double.PositiveInfinity;
        var (next, exclude) = (query.From is { } begin ? StateKeys.Score(begin) : double.NegativeInfinity, Exclude.Stop);
        while (await ReadChunkAsync(series, (next, to), exclude, cancellation) is { Length: > 0 } chunk)
        {
            var bytes = chunk.Sum(static entry => entry.Element.Length());
            await lease.TryAcquireAsync(bytes, cancellation);
            yield return [.. chunk.Select(static entry => StoredValues.Parse<TrendUpdated>(entry.Element)!)];
            lease.Release(bytes);
            (next, exclude) = (chunk[^1].Score, Exclude.Both);
        }
    }

    private Task<SortedSetEntry[]> ReadChunkAsync(
        SeriesKey series, (double From, double To) span, Exclude exclude, CancellationToken cancellation) => connection.ReadAsync(
        database => database.SortedSetRangeByScoreWithScoresAsync(
            keys.Trend(series), span.From, span.To, exclude, Order.Ascending, skip: 0, take: WindowChunk),
        cancellation);

    private Task<(SortedSetEntry? First, SortedSetEntry? Last, long Count)> FindEndsAsync(
        SeriesKey series, double from, double to, CancellationToken cancellation) => connection.ReadAsync(
        async database =>
        {
            var key = keys.Trend(series);
            var first = database.SortedSetRangeByScoreWithScoresAsync(key, from, to, Exclude.Stop, Order.Ascending, 0, 1);
            var last = database.SortedSetRangeByScoreWithScoresAsync(key, from, to, Exclude.Stop, Order.Descending, 0, 1);
            var count = await database.SortedSetLengthAsync(key, from, to, Exclude.Stop);
            return ((await first) is [var begin] ? begin : (SortedSetEntry?)null, (await last) is [var end] ? end : (SortedSetEntry?)null,
                count);
        },
        cancellation);
}

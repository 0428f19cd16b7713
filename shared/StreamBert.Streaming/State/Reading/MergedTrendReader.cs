using System.Runtime.CompilerServices;
using StackExchange.Redis;
using StreamBert.Contracts;
using StreamBert.Streaming.State.Connection;
using StreamBert.Streaming.State.Layout;
using StreamBert.Streaming.State.Leases;
using StreamBert.Streaming.State.Queries;

namespace StreamBert.Streaming.State.Reading;

/// <summary>Reads one series over any span of event time, and merges its windows while it reads.</summary>
internal sealed class MergedTrendReader(StateConnection connection, StateKeys keys)
{
    /// <summary>The number of windows that are read together.</summary>
    private const int WindowChunk = 500;

    private readonly WindowReader _windows = new(connection, keys);

    /// <summary>Finds what is stored of a series; null if it has no windows.</summary>
    public async Task<TrendExtent?> FindExtentAsync(SeriesKey series, CancellationToken cancellation) =>
        await FindEndsAsync(series, double.NegativeInfinity, double.PositiveInfinity, cancellation) is var (first, last)
            ? new(first.Start, last.Start) : null;

    /// <summary>Reads the windows in a span, merged to no more than the points wanted.</summary>
    public async Task<TrendSeries> ReadAsync(
        SeriesKey series, (DateTimeOffset? From, DateTimeOffset? To) span, int points, ReadLease lease, CancellationToken cancellation)
    {
        var extent = await FindExtentAsync(series, cancellation);
        var (from, to) = (ScoreOf(span.From, double.NegativeInfinity), ScoreOf(span.To, double.PositiveInfinity));
        if (await FindEndsAsync(series, from, to, cancellation) is not var (first, last))
            return new(series, []) { WindowsPerPoint = 1, Extent = extent };
        if (await ReadAtMostAsync(series, from, to, points, lease, cancellation) is { } all)
            return new(series, all) { WindowsPerPoint = 1, Extent = extent };
        var window = last.End - last.Start;
        var pointSpan = PointSpan.Choose(window, last.Start - first.Start, points);
        var merger = new TrendMerger(pointSpan);
        // The first and the last point are complete, too, where the span begins or ends within them.
        var (begin, end) = (PointSpan.BeginOf(first.Start, pointSpan), PointSpan.BeginOf(last.Start, pointSpan) + pointSpan);
        await foreach (var chunk in StreamAsync(series, StateKeys.Score(begin), StateKeys.Score(end), lease, cancellation))
        {
            foreach (var next in chunk)
                merger.Add(next);
        }
        return new(series, merger.Complete()) { WindowsPerPoint = (long)Math.Round(pointSpan / window), Extent = extent };
    }

    /// <summary>Reads all windows in a span; null if they are more than the number given.</summary>
    private async Task<IReadOnlyList<TrendUpdated>?> ReadAtMostAsync(
        SeriesKey series, double from, double to, int most, ReadLease lease, CancellationToken cancellation)
    {
        List<TrendUpdated> windows = [];
        await foreach (var chunk in StreamAsync(series, from, to, lease, cancellation))
        {
            windows.AddRange(chunk);
            if (windows.Count > most)
                return null;
        }
        return windows;
    }

    /// <summary>Streams the windows of one series, oldest first; a chunk is in memory until the next one is asked for.</summary>
    public IAsyncEnumerable<IReadOnlyList<TrendUpdated>> StreamAsync(
        SeriesKey series, TrendQuery query, ReadLease lease, CancellationToken cancellation) => StreamAsync(
        series, ScoreOf(query.From, double.NegativeInfinity), ScoreOf(query.To, double.PositiveInfinity), lease, cancellation);

    private async IAsyncEnumerable<IReadOnlyList<TrendUpdated>> StreamAsync(
        SeriesKey series, double from, double to, ReadLease lease, [EnumeratorCancellation] CancellationToken cancellation)
    {
        while (await _windows.ReadAsync(series, from, to, Order.Ascending, WindowChunk, cancellation) is { Count: > 0 } chunk)
        {
            var bytes = chunk.Sum(static window => window.Bytes);
            await lease.TryAcquireAsync(bytes, cancellation);
            yield return [.. chunk.Select(static window => window.Window)];
            lease.Release(bytes);
            if (chunk.Count < WindowChunk || chunk[^1].Score < from)
                yield break;
            from = chunk[^1].Score + 1; // scores are whole microseconds
        }
    }

    private async Task<(TimeWindow First, TimeWindow Last)?> FindEndsAsync(
        SeriesKey series, double from, double to, CancellationToken cancellation)
    {
        var first = await _windows.ReadAsync(series, from, to, Order.Ascending, 1, cancellation);
        var last = await _windows.ReadAsync(series, from, to, Order.Descending, 1, cancellation);
        return first is [var begin] && last is [var end] ? (begin.Window.Window, end.Window.Window) : null;
    }

    private static double ScoreOf(DateTimeOffset? time, double otherwise) => time is { } given ? StateKeys.Score(given) : otherwise;
}

using StreamBert.Contracts;
using StreamBert.Gateway.Dashboard.Session;
using StreamBert.Streaming.State.Queries;

namespace StreamBert.Gateway.Dashboard.Trends;

/// <summary>The windows of a series in a range, as the state store has them now.</summary>
internal sealed record RangeTrends
{
    /// <summary>Alerts that began this long before the range, or the length of the range if that is more, may reach into it.</summary>
    private static readonly TimeSpan MinAlertLead = TimeSpan.FromDays(1);

    public static readonly RangeTrends None = new();

    /// <summary>What is stored of the series; null: nothing.</summary>
    public TrendExtent? Extent { get; private init; }

    /// <summary>The windows, merged to what a chart can show; empty if the range is live.</summary>
    public IReadOnlyList<TrendUpdated> Windows { get; private init; } = [];

    /// <summary>The most windows that one point covers.</summary>
    public long WindowsPerPoint { get; private init; } = 1;

    /// <summary>The range in event time; null if it is live.</summary>
    public TimeWindow? Shown { get; private init; }

    /// <summary>The alerts of the pipeline that started firing in or shortly before the range.</summary>
    public IReadOnlyList<AlertView> Alerts { get; private init; } = [];

    /// <summary>Reads the range from the state store.</summary>
    public static async Task<RangeTrends> LoadAsync(
        StateQueries state, SeriesKey series, ChartRange range, TimeSpan window, CancellationToken cancellation)
    {
        if (await state.FindTrendExtentAsync(series, cancellation) is not { } extent)
            return None;
        if (range.IsLive)
            return new() { Extent = extent };
        var (from, to) = range.Resolve(extent, window);
        var trend = await state.GetMergedTrendAsync(series, from, to, cancellation);
        var shown = new TimeWindow(from ?? extent.First, to ?? extent.Last + window);
        var lead = shown.End - shown.Start is var length && length > MinAlertLead ? length : MinAlertLead;
        var begin = shown.Start - DateTimeOffset.MinValue > lead ? shown.Start - lead : DateTimeOffset.MinValue;
        return new()
        {
            Extent = extent,
            Windows = trend.Windows,
            WindowsPerPoint = trend.WindowsPerPoint ?? 1,
            Shown = shown,
            Alerts = await state.GetAlertsAsync(series.Pipeline, begin, shown.End, cancellation),
        };
    }
}

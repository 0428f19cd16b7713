using StackExchange.Redis;
using StreamBert.Contracts;
using StreamBert.Streaming.State.Connection;
using StreamBert.Streaming.State.Layout;

namespace StreamBert.Streaming.State.Projection;

/// <summary>
/// Removes the oldest entries beyond the limits of <see cref="StateOptions"/>. Not part of a transaction: it may run late or twice without
/// harm.
/// </summary>
internal sealed class StateRetention(StateConnection connection, StateKeys keys)
{
    private readonly StateOptions _options = connection.Options;

    /// <summary>Removes the excess of everything that the events may have added.</summary>
    public async Task TrimAsync(IReadOnlyCollection<object> events, CancellationToken cancellation)
    {
        if (events.Any(static item => item is TextClassified))
            await TrimAsync(keys.PredictionOrder, _options.MaxPredictions, RemovePredictionsAsync, cancellation);
        if (events.Any(static item => item is AlertRaised))
            await TrimAsync(keys.AlertOrder, _options.MaxAlerts, RemoveAlertsAsync, cancellation);
        if (events.OfType<TrendUpdated>().Any(static trend => SeriesKey.IsEntity(trend.Series.Segment)))
            await TrimAsync(keys.EntityOrder, _options.MaxEntitySeries, RemoveSeriesAsync, cancellation);
        if (events.OfType<TrendUpdated>()
            .Any(static trend => !SeriesKey.IsEntity(trend.Series.Segment) && trend.Series.Segment != SeriesKey.All))
        {
            await TrimAsync(keys.SegmentOrder, _options.MaxSegmentSeries, RemoveSeriesAsync, cancellation);
        }
        foreach (var trend in events.OfType<TrendUpdated>().Where(static trend => trend.Series.Segment == SeriesKey.All)
            .DistinctBy(static trend => trend.Series))
        {
            await TrimAsync(keys.TrendDays(trend.Series), CountDays(trend.Window),
                (database, days) => database.KeyDeleteAsync([.. days.Select(day => keys.TrendDay(trend.Series, day.ToString()))]),
                cancellation);
        }
        if (events.Any(static item => item is FairnessReported))
            await TrimAsync(keys.FairnessOrder, _options.MaxSegmentSeries, RemoveFairnessAsync, cancellation);
        if (events.Any(static item => item is AccuracyReported))
            await TrimAsync(keys.AccuracyOrder, _options.MaxSegmentSeries, RemoveAccuracyAsync, cancellation);
        if (events.Any(static item => item is DriftReported))
            await TrimAsync(keys.DriftOrder, _options.MaxSegmentSeries, RemoveDriftAsync, cancellation);
        if (events.Any(static item => item is ModelTrained or ModelPromoted))
            await TrimAsync(keys.ModelOrder, _options.MaxModelVersions, RemoveVersionsAsync, cancellation);
    }

    /// <summary>Counts the days that hold the windows of all texts to keep, besides the newest day.</summary>
    private int CountDays(TimeWindow window)
    {
        var length = window.End - window.Start is var own && own < TimeSpan.FromDays(1) ? own : TimeSpan.FromDays(1);
        return 1 + (int)Math.Ceiling(_options.MaxWindowsPerHead * (length / TimeSpan.FromDays(1)));
    }

    private Task RemovePredictionsAsync(IDatabase database, RedisValue[] ids) =>
        database.KeyDeleteAsync([.. ids.Select(id => keys.Prediction(id.ToString()))]);

    private Task RemoveAlertsAsync(IDatabase database, RedisValue[] ids) =>
        Task.WhenAll(
            database.HashDeleteAsync(keys.AlertsRaised, ids), database.HashDeleteAsync(keys.AlertsResolved, ids),
            database.StringSetAsync(keys.AlertsRemoved, true));

    private Task RemoveSeriesAsync(IDatabase database, RedisValue[] names) => Task.WhenAll(
        database.SetRemoveAsync(keys.Series, names),
        database.KeyDeleteAsync([.. names.Select(name => keys.Trend(SeriesJson.Deserialize(name)))]));

    private Task RemoveFairnessAsync(IDatabase database, RedisValue[] rules) => database.HashDeleteAsync(keys.FairnessReports, rules);

    private Task RemoveAccuracyAsync(IDatabase database, RedisValue[] names) => database.HashDeleteAsync(keys.AccuracyReports, names);

    private Task RemoveDriftAsync(IDatabase database, RedisValue[] names) => database.HashDeleteAsync(keys.DriftReports, names);

    private Task RemoveVersionsAsync(IDatabase database, RedisValue[] versions) => Task.WhenAll(
        new[] { keys.ModelsTrained, keys.ModelsPromoted, keys.ModelsRolledBack, keys.ModelPredictions, keys.ModelsRefused }
            .Select(hash => database.HashDeleteAsync(hash, versions)));

    private Task<int> TrimAsync(RedisKey order, int limit, Func<IDatabase, RedisValue[], Task> remove, CancellationToken cancellation) =>
        connection.WriteAsync(
            async database =>
            {
                var excess = await database.SortedSetLengthAsync(order) - limit;
                if (excess <= 0)
                    return 0;
                // Removed from the order last: after a crash, and beside another instance, the same entries are removed again.
                var oldest = await database.SortedSetRangeByRankAsync(order, 0, excess - 1);
                await remove(database, oldest);
                await database.SortedSetRemoveAsync(order, oldest);
                return oldest.Length;
            },
            cancellation);
}

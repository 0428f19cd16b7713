using System.Globalization;
using System.Text.Json;
using StackExchange.Redis;
using StreamBert.Contracts;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.State.Connection;
using StreamBert.Streaming.State.Layout;

namespace StreamBert.Streaming.State;

/// <summary>
/// The write side of the state store. What a batch of events changes and the positions after it are stored in one
/// MULTI/EXEC, on the condition that the positions before it still stand: reading a batch twice, two writers at once,
/// or an emptied store can neither count twice nor leave a gap.
/// </summary>
public sealed class StateProjection
{
    private readonly StateConnection _connection;
    private readonly StateOptions _options;
    private readonly StateKeys _keys;

    internal StateProjection(StateConnection connection) =>
        (_connection, _options, _keys) = (connection, connection.Options, new(connection.Options.KeyPrefix));

    /// <summary>For each partition of the topic that was projected at all: the next offset to project.</summary>
    /// <exception cref="StateUnavailableException"/>
    public Task<IReadOnlyDictionary<int, long>> ReadPositionsAsync(string topic, CancellationToken cancellation) => _connection.RunAsync(
        async database =>
        {
            var prefix = $"{topic}/";
            var entries = await database.HashGetAllAsync(_keys.Positions);
            return (IReadOnlyDictionary<int, long>)entries
                .Where(entry => entry.Name.ToString().StartsWith(prefix, StringComparison.Ordinal))
                .ToDictionary(
                    entry => int.Parse(entry.Name.ToString()[prefix.Length..], CultureInfo.InvariantCulture),
                    entry => (long)entry.Value);
        },
        cancellation);

    /// <summary>Applies events of one topic, read from <paramref name="positions"/> on; all or nothing.</summary>
    /// <returns>The positions after the batch; null if the store stands elsewhere: read <see cref="ReadPositionsAsync"/> and start again from
    /// there.</returns>
    /// <exception cref="StateUnavailableException">Whether it was applied is not known; <see cref="ReadPositionsAsync"/> tells.</exception>
    public async Task<IReadOnlyDictionary<int, long>?> ApplyAsync(
        string topic, IReadOnlyDictionary<int, long> positions, IReadOnlyList<LoggedEvent> events, CancellationToken cancellation)
    {
        var after = new Dictionary<int, long>(positions);
        foreach (var (record, _) in events) after[record.Position.Partition] = record.Position.Offset + 1;
        var touched = events.Select(static item => item.Record.Position.Partition).Distinct().ToList();

        var applied = await _connection.WriteAsync(
            async database =>
            {
                var transaction = database.CreateTransaction();
                var writes = new List<Task>();
                foreach (var partition in touched)
                {
                    var field = StateKeys.Position(topic, partition);
                    transaction.AddCondition(positions.TryGetValue(partition, out var before)
                        ? Condition.HashEqual(_keys.Positions, field, before)
                        : Condition.HashNotExists(_keys.Positions, field));
                    writes.Add(transaction.HashSetAsync(_keys.Positions, field, after[partition]));
                }
                Write(transaction, writes, events);
                return await ExecuteAsync(transaction, writes);
            },
            cancellation);
        if (!applied) return null;
        await TrimAsync(events, cancellation);
        return after;
    }

    /// <summary>
    /// Forgets everything, so that it is rebuilt from the log. The positions go last, in one step with whatever is counted up: a batch that
    /// is applied meanwhile
    /// is applied again from the beginning, and what it leaves otherwise is the same however often it is written.
    /// </summary>
    /// <exception cref="StateUnavailableException">It may be half done; do it again.</exception>
    public Task ClearAsync(CancellationToken cancellation) => _connection.ClearAsync(_keys.Single, cancellation);

    private void Write(ITransaction transaction, List<Task> writes, IReadOnlyList<LoggedEvent> events)
    {
        WritePredictions(transaction, writes, [.. events.Select(static item => item.Event).OfType<TextClassified>()
            .Where(static prediction => StateValues.IsNameable(prediction.Id, prediction.Pipeline, prediction.ModelVersion))]);
        WriteTrends(transaction, writes, [.. events.Select(static item => item.Event).OfType<TrendUpdated>()
            .Where(static trend => StateValues.IsNameable(trend.Series.Pipeline, trend.Series.Head, trend.Series.Segment))]);
        foreach (var item in events) WriteSingle(transaction, writes, item.Event);
    }

    private void WritePredictions(ITransaction transaction, List<Task> writes, IReadOnlyList<TextClassified> predictions)
    {
        if (predictions.Count == 0) return;
        foreach (var prediction in predictions)
        {
            if (StateValues.Bounded(prediction with { Embedding = null }, _options.MaxValueBytes, StateValues.Reduced) is { } json)
                writes.Add(transaction.StringSetAsync(_keys.Prediction(prediction.Id), json, _options.PredictionLifetime));
        }
        writes.Add(transaction.SortedSetAddAsync(_keys.PredictionOrder, Ranked(predictions)));
        foreach (var pipeline in predictions.GroupBy(static prediction => prediction.Pipeline))
        {
            writes.Add(transaction.SortedSetAddAsync(_keys.Recent(pipeline.Key), Ranked(pipeline)));
            writes.Add(transaction.SortedSetRemoveRangeByRankAsync(_keys.Recent(pipeline.Key), 0, -_options.MaxRecentPerPipeline - 1));
        }
        foreach (var version in predictions.CountBy(static prediction => prediction.ModelVersion))
            writes.Add(transaction.HashIncrementAsync(_keys.ModelPredictions, version.Key, version.Value));
    }

    private static SortedSetEntry[] Ranked(IEnumerable<TextClassified> predictions) =>
        [.. predictions.Select(prediction => new SortedSetEntry(prediction.Id, StateKeys.Score(prediction.ClassifiedAt)))];

    private void WriteTrends(ITransaction transaction, List<Task> writes, IReadOnlyList<TrendUpdated> trends)
    {
        foreach (var series in trends.GroupBy(static trend => trend.Series))
        {
            var key = _keys.Trend(series.Key);
            var name = JsonSerializer.SerializeToUtf8Bytes(series.Key, StateContext.Default.SeriesKey);
            writes.Add(transaction.SetAddAsync(_keys.Series, name));
            if (series.Key.Segment != SeriesKey.All)
            {
                writes.Add(
                    transaction.SortedSetAddAsync(OrderOf(series.Key), name, series.Max(static trend => StateKeys.Score(trend.Window.Start))));
            }

            foreach (var window in series.GroupBy(static trend => StateKeys.Score(trend.Window.Start)))
            {
                writes.Add(transaction.SortedSetRemoveRangeByScoreAsync(key, window.Key, window.Key));
                if (StateValues.Bounded(window.Last(), _options.MaxValueBytes) is { } json)
                    writes.Add(transaction.SortedSetAddAsync(key, json, window.Key));
            }
            writes.Add(transaction.SortedSetRemoveRangeByRankAsync(key, 0, -_options.MaxWindowsPerSeries - 1));
        }
    }

    private RedisKey OrderOf(SeriesKey series) => SeriesKey.IsEntity(series.Segment) ? _keys.EntityOrder : _keys.SegmentOrder;

    /// <summary>Sets a field of a hash to an event, if it is not too large in any form.</summary>
    private void Set<T>(ITransaction transaction, List<Task> writes, RedisKey hash, string field, T value, Func<T, long, T>? reduce = null)
    {
        if (StateValues.IsNameable(field) && StateValues.Bounded(value, _options.MaxValueBytes, reduce) is { } json)
            writes.Add(transaction.HashSetAsync(hash, field, json));
    }

    private void WriteSingle(ITransaction transaction, List<Task> writes, object? written)
    {
        switch (written)
        {
            case AlertRaised raised when StateValues.IsNameable(raised.Id, raised.Fingerprint):
                writes.Add(transaction.HashSetAsync(_keys.AlertsOpen, raised.Fingerprint, raised.Id));
                Set(transaction, writes, _keys.AlertsRaised, raised.Id, raised, static (alert, _) => StateValues.Reduced(alert));
                writes.Add(transaction.SortedSetAddAsync(_keys.AlertOrder, raised.Id, StateKeys.Score(raised.RaisedAt)));
                break;
            case EventTimeUpdated eventTime:
                Set(
                    transaction,
                    writes,
                    _keys.EventTimes,
                    eventTime.Pipeline,
                    eventTime,
                    static (told, _) => told with { ClockSkew = new Dictionary<string, long>() });
                break;
            case AlertResolved resolved:
                writes.Add(transaction.HashDeleteAsync(_keys.AlertsOpen, resolved.Fingerprint));
                Set(transaction, writes, _keys.AlertsResolved, resolved.Id, resolved);
                break;
            case ModelTrained trained:
                Set(
                    transaction,
                    writes,
                    _keys.ModelsTrained,
                    trained.Version,
                    trained,
                    static (model, _) => model with { Candidate = [], Champion = [] });
                writes.Add(transaction.SortedSetAddAsync(_keys.ModelOrder, trained.Version, StateKeys.Score(trained.TrainedAt)));
                break;
            case ModelPromoted promoted:
                Set(
                    transaction,
                    writes,
                    _keys.ModelsPromoted,
                    promoted.Version,
                    promoted,
                    static (model, _) => model with { Reports = [] });
                writes.Add(transaction.HashSetAsync(_keys.ModelsServing, promoted.Model, promoted.Version));
                writes.Add(transaction.HashDeleteAsync(_keys.ModelsRefused, [promoted.Version, promoted.Previous ?? promoted.Version]));
                writes.Add(transaction.SortedSetAddAsync(
                    _keys.ModelOrder,
                    promoted.Version,
                    StateKeys.Score(promoted.PromotedAt),
                    SortedSetWhen.NotExists));
                break;
            case ModelRefused refused:
                Set(transaction, writes, _keys.ModelsRefused, refused.Version, refused);
                writes.Add(transaction.HashSetAsync(_keys.ModelsServing, refused.Model, refused.Serving ?? ""));
                break;
            case ModelRepaired repaired:
                writes.Add(transaction.HashDeleteAsync(_keys.ModelsRefused, repaired.Refused));
                writes.Add(transaction.HashSetAsync(_keys.ModelsServing, repaired.Model, repaired.Version));
                break;
            case ModelRolledBack back:
                Set(transaction, writes, _keys.ModelsRolledBack, back.From, back);
                writes.Add(transaction.HashSetAsync(_keys.ModelsServing, back.Model, back.To));
                writes.Add(transaction.HashDeleteAsync(_keys.ModelsRefused, [back.From, back.To]));
                break;
        }
    }

    /// <summary>Lets the oldest go. Not part of the transaction: it may be late or done twice without harm.</summary>
    private async Task TrimAsync(IReadOnlyList<LoggedEvent> events, CancellationToken cancellation)
    {
        if (events.Any(static item => item.Event is TextClassified))
        {
            await TrimAsync(_keys.PredictionOrder, _options.MaxPredictions, (database, ids) =>
                database.KeyDeleteAsync([.. ids.Select(id => _keys.Prediction(id.ToString()))]), cancellation);
        }

        if (events.Any(static item => item.Event is AlertRaised))
        {
            await TrimAsync(_keys.AlertOrder, _options.MaxAlerts, (database, ids) => Task.WhenAll(
                database.HashDeleteAsync(_keys.AlertsRaised, ids), database.HashDeleteAsync(_keys.AlertsResolved, ids)), cancellation);
        }

        if (events.Any(static item => item.Event is TrendUpdated trend && SeriesKey.IsEntity(trend.Series.Segment)))
            await TrimAsync(_keys.EntityOrder, _options.MaxEntitySeries, ForgetSeriesAsync, cancellation);
        if (events.Any(
            static item => item.Event is TrendUpdated trend && !SeriesKey.IsEntity(trend.Series.Segment) && trend.Series.Segment != SeriesKey.All))
        {
            await TrimAsync(_keys.SegmentOrder, _options.MaxSegmentSeries, ForgetSeriesAsync, cancellation);
        }

        if (events.Any(static item => item.Event is ModelTrained or ModelPromoted))
        {
            await TrimAsync(_keys.ModelOrder, _options.MaxModelVersions, (database, versions) => Task.WhenAll(
                database.HashDeleteAsync(_keys.ModelsTrained, versions), database.HashDeleteAsync(_keys.ModelsPromoted, versions),
                database.HashDeleteAsync(_keys.ModelsRolledBack, versions), database.HashDeleteAsync(
                    _keys.ModelPredictions,
                    versions), database.HashDeleteAsync(_keys.ModelsRefused, versions)), cancellation);
        }
    }

    private Task ForgetSeriesAsync(IDatabase database, RedisValue[] names) => Task.WhenAll(
        database.SetRemoveAsync(_keys.Series, names),
        database.KeyDeleteAsync(
            [.. names.Select(name => _keys.Trend(JsonSerializer.Deserialize((byte[])name!, StateContext.Default.SeriesKey)!))]));

    private Task<int> TrimAsync(
        RedisKey order,
        int limit,
        Func<IDatabase, RedisValue[], Task> forget,
        CancellationToken cancellation) => _connection.WriteAsync(
        async database =>
        {
            var excess = await database.SortedSetLengthAsync(order) - limit;
            if (excess <= 0) return 0;
            var oldest = await database.SortedSetPopAsync(order, excess);
            await forget(database, [.. oldest.Select(entry => entry.Element)]);
            return oldest.Length;
        },
        cancellation);

    /// <summary>
    /// Runs the transaction. The server carries out its other commands where one is refused, a key that holds another type for one: then
    /// the positions have moved and something is
    /// missing, so the positions are forgotten, and what was read is read again from the beginning.
    /// </summary>
    private async Task<bool> ExecuteAsync(ITransaction transaction, List<Task> writes)
    {
        foreach (var write in writes) // where the transaction does not run, each says so for itself too
        {
            _ = write.ContinueWith(
                static task => _ = task.Exception,
                CancellationToken.None,
                TaskContinuationOptions.OnlyOnFaulted,
                TaskScheduler.Default);
        }

        if (!await transaction.ExecuteAsync())
            return false;
        if (writes.FirstOrDefault(static write => write.IsFaulted)?.Exception?.InnerException is not { } refused)
            return true;
        await _connection.ClearAsync(_keys.Single, CancellationToken.None);
        throw refused;
    }
}

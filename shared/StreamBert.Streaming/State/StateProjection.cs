using System.Globalization;
using System.Text.Json;
using StackExchange.Redis;
using StreamBert.Contracts;

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
    public Task<IReadOnlyDictionary<int, long>> PositionsAsync(string topic, CancellationToken cancellation) => _connection.RunAsync(
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
    /// <returns>The positions after the batch; null if the store stands elsewhere: read <see cref="PositionsAsync"/> and start again from there.</returns>
    /// <exception cref="StateUnavailableException">Whether it was applied is not known; <see cref="PositionsAsync"/> tells.</exception>
    public async Task<IReadOnlyDictionary<int, long>?> ApplyAsync(
        string topic, IReadOnlyDictionary<int, long> positions, IReadOnlyList<LoggedEvent> events, CancellationToken cancellation)
    {
        var after = new Dictionary<int, long>(positions);
        foreach (var (record, _) in events) after[record.Position.Partition] = record.Position.Offset + 1;
        var touched = events.Select(item => item.Record.Position.Partition).Distinct().ToList();

        var applied = await _connection.RunAsync(
            database =>
            {
                var transaction = database.CreateTransaction();
                foreach (var partition in touched)
                {
                    var field = StateKeys.Position(topic, partition);
                    transaction.AddCondition(positions.TryGetValue(partition, out var before)
                        ? Condition.HashEqual(_keys.Positions, field, before)
                        : Condition.HashNotExists(_keys.Positions, field));
                    Queue(transaction.HashSetAsync(_keys.Positions, field, after[partition]));
                }
                Write(transaction, events);
                return transaction.ExecuteAsync();
            },
            cancellation);
        if (!applied) return null;
        await TrimAsync(events, cancellation);
        return after;
    }

    /// <summary>
    /// Forgets everything, so that it is rebuilt from the log. The positions go last, in one step with whatever is counted up: a batch that is applied meanwhile
    /// is applied again from the beginning, and what it leaves otherwise is the same however often it is written.
    /// </summary>
    /// <exception cref="StateUnavailableException">It may be half done; do it again.</exception>
    public Task ClearAsync(CancellationToken cancellation) => _connection.ClearAsync(_keys.Single, cancellation);

    private void Write(ITransaction transaction, IReadOnlyList<LoggedEvent> events)
    {
        WritePredictions(transaction, [.. events.Select(item => item.Event).OfType<TextClassified>()]);
        WriteTrends(transaction, [.. events.Select(item => item.Event).OfType<TrendUpdated>()]);
        foreach (var item in events) WriteSingle(transaction, item.Event);
    }

    private void WritePredictions(ITransaction transaction, IReadOnlyList<TextClassified> predictions)
    {
        if (predictions.Count == 0) return;
        foreach (var prediction in predictions)
        {
            var json = Wire.Serialize(prediction with { Embedding = null });
            Queue(transaction.StringSetAsync(_keys.Prediction(prediction.Id), json, _options.PredictionLifetime));
        }
        Queue(transaction.SortedSetAddAsync(_keys.PredictionOrder, Ranked(predictions)));
        foreach (var pipeline in predictions.GroupBy(prediction => prediction.Pipeline))
        {
            Queue(transaction.SortedSetAddAsync(_keys.Recent(pipeline.Key), Ranked(pipeline)));
            Queue(transaction.SortedSetRemoveRangeByRankAsync(_keys.Recent(pipeline.Key), 0, -_options.MaxRecentPerPipeline - 1));
        }
        foreach (var version in predictions.CountBy(prediction => prediction.ModelVersion))
            Queue(transaction.HashIncrementAsync(_keys.ModelPredictions, version.Key, version.Value));
    }

    private static SortedSetEntry[] Ranked(IEnumerable<TextClassified> predictions) =>
        [.. predictions.Select(prediction => new SortedSetEntry(prediction.Id, StateKeys.Score(prediction.ClassifiedAt)))];

    private void WriteTrends(ITransaction transaction, IReadOnlyList<TrendUpdated> trends)
    {
        foreach (var series in trends.GroupBy(trend => trend.Series))
        {
            var key = _keys.Trend(series.Key);
            var name = JsonSerializer.SerializeToUtf8Bytes(series.Key, StateContext.Default.SeriesKey);
            Queue(transaction.SetAddAsync(_keys.Series, name));
            if (SeriesKey.IsEntity(series.Key.Segment))
                Queue(transaction.SortedSetAddAsync(_keys.EntityOrder, name, series.Max(trend => StateKeys.Score(trend.Window.Start))));
            foreach (var window in series.GroupBy(trend => StateKeys.Score(trend.Window.Start)))
            {
                Queue(transaction.SortedSetRemoveRangeByScoreAsync(key, window.Key, window.Key));
                Queue(transaction.SortedSetAddAsync(key, Wire.Serialize(window.Last()), window.Key));
            }
            Queue(transaction.SortedSetRemoveRangeByRankAsync(key, 0, -_options.MaxWindowsPerSeries - 1));
        }
    }

    private void WriteSingle(ITransaction transaction, object? written)
    {
        switch (written)
        {
            case AlertRaised raised:
                Queue(transaction.HashSetAsync(_keys.AlertsOpen, raised.Fingerprint, raised.Id));
                Queue(transaction.HashSetAsync(_keys.AlertsRaised, raised.Id, Wire.Serialize(raised)));
                Queue(transaction.SortedSetAddAsync(_keys.AlertOrder, raised.Id, StateKeys.Score(raised.RaisedAt)));
                break;
            case EventTimeUpdated eventTime:
                Queue(transaction.HashSetAsync(_keys.EventTimes, eventTime.Pipeline, Wire.Serialize(eventTime)));
                break;
            case AlertResolved resolved:
                Queue(transaction.HashDeleteAsync(_keys.AlertsOpen, resolved.Fingerprint));
                Queue(transaction.HashSetAsync(_keys.AlertsResolved, resolved.Id, Wire.Serialize(resolved)));
                break;
            case ModelTrained trained:
                Queue(transaction.HashSetAsync(_keys.ModelsTrained, trained.Version, Wire.Serialize(trained)));
                Queue(transaction.SortedSetAddAsync(_keys.ModelOrder, trained.Version, StateKeys.Score(trained.TrainedAt)));
                break;
            case ModelPromoted promoted:
                Queue(transaction.HashSetAsync(_keys.ModelsPromoted, promoted.Version, Wire.Serialize(promoted)));
                Queue(transaction.HashSetAsync(_keys.ModelsServing, promoted.Model, promoted.Version));
                Queue(transaction.SortedSetAddAsync(_keys.ModelOrder, promoted.Version, StateKeys.Score(promoted.PromotedAt), SortedSetWhen.NotExists));
                break;
            case ModelRolledBack back:
                Queue(transaction.HashSetAsync(_keys.ModelsRolledBack, back.From, Wire.Serialize(back)));
                Queue(transaction.HashSetAsync(_keys.ModelsServing, back.Model, back.To));
                break;
        }
    }

    /// <summary>Lets the oldest go. Not part of the transaction: it may be late or done twice without harm.</summary>
    private async Task TrimAsync(IReadOnlyList<LoggedEvent> events, CancellationToken cancellation)
    {
        if (events.Any(item => item.Event is TextClassified))
            await TrimAsync(_keys.PredictionOrder, _options.MaxPredictions, (database, ids) =>
                database.KeyDeleteAsync([.. ids.Select(id => _keys.Prediction(id.ToString()))]), cancellation);
        if (events.Any(item => item.Event is AlertRaised))
            await TrimAsync(_keys.AlertOrder, _options.MaxAlerts, (database, ids) => Task.WhenAll(
                database.HashDeleteAsync(_keys.AlertsRaised, ids), database.HashDeleteAsync(_keys.AlertsResolved, ids)), cancellation);
        if (events.Any(item => item.Event is TrendUpdated trend && SeriesKey.IsEntity(trend.Series.Segment)))
            await TrimAsync(_keys.EntityOrder, _options.MaxEntitySeries, ForgetSeriesAsync, cancellation);
        if (events.Any(item => item.Event is ModelTrained or ModelPromoted))
            await TrimAsync(_keys.ModelOrder, _options.MaxModelVersions, (database, versions) => Task.WhenAll(
                database.HashDeleteAsync(_keys.ModelsTrained, versions), database.HashDeleteAsync(_keys.ModelsPromoted, versions),
                database.HashDeleteAsync(_keys.ModelsRolledBack, versions), database.HashDeleteAsync(_keys.ModelPredictions, versions)), cancellation);
    }

    private Task ForgetSeriesAsync(IDatabase database, RedisValue[] names) => Task.WhenAll(
        database.SetRemoveAsync(_keys.Series, names),
        database.KeyDeleteAsync([.. names.Select(name => _keys.Trend(JsonSerializer.Deserialize((byte[])name!, StateContext.Default.SeriesKey)!))]));

    private Task<int> TrimAsync(RedisKey order, int limit, Func<IDatabase, RedisValue[], Task> forget, CancellationToken cancellation) => _connection.RunAsync(
        async database =>
        {
            var excess = await database.SortedSetLengthAsync(order) - limit;
            if (excess <= 0) return 0;
            var oldest = await database.SortedSetPopAsync(order, excess);
            await forget(database, [.. oldest.Select(entry => entry.Element)]);
            return oldest.Length;
        },
        cancellation);

    /// <summary>A command of a transaction completes with it; if the transaction does not run, its own task only says so too.</summary>
    private static void Queue(Task command) =>
        command.ContinueWith(static task => _ = task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
}

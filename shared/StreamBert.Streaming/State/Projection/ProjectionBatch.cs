using StackExchange.Redis;
using StreamBert.Contracts;
using StreamBert.Streaming.State.Connection;
using StreamBert.Streaming.State.Layout;

namespace StreamBert.Streaming.State.Projection;

/// <summary>Translates events into the commands of one transaction.</summary>
internal sealed class ProjectionBatch(ITransaction transaction, StateKeys keys, StateOptions options)
{
    private readonly List<Task> _commands = [];

    /// <summary>The commands of the transaction; each completes when the transaction is executed.</summary>
    public IReadOnlyList<Task> Commands => _commands;

    /// <summary>Moves the position of a partition, on the condition that it has not moved since.</summary>
    public void MovePosition(string topic, int partition, long? before, long after)
    {
        var field = StateKeys.Position(topic, partition);
        transaction.AddCondition(before is { } known
            ? Condition.HashEqual(keys.Positions, field, known)
            : Condition.HashNotExists(keys.Positions, field));
        _commands.Add(transaction.HashSetAsync(keys.Positions, field, after));
    }

    /// <summary>Writes everything that the events change.</summary>
    public void Write(IReadOnlyCollection<object> events)
    {
        WritePredictions([.. events.OfType<TextClassified>()
            .Where(static prediction => StateValues.CanBeKeys(prediction.Id, prediction.Pipeline, prediction.ModelVersion))]);
        WriteTrends(events.OfType<TrendUpdated>()
            .Where(static trend => StateValues.CanBeKeys(trend.Series.Pipeline, trend.Series.Head, trend.Series.Segment)));
        foreach (var item in events)
        {
            WriteAlert(item);
            WriteModel(item);
            WriteQuality(item);
            if (item is EventTimeUpdated eventTime)
            {
                Set(keys.EventTimes, eventTime.Pipeline, eventTime, static (update, _) => update with
                {
                    ClockSkew = new Dictionary<string, long>(),
                    ForeignLanguages = new Dictionary<string, long>(),
                });
            }
        }
    }

    private void WritePredictions(IReadOnlyList<TextClassified> predictions)
    {
        if (predictions.Count == 0)
            return;
        foreach (var prediction in predictions)
        {
            if (StateValues.SerializeWithin(prediction with { Embedding = null }, options.MaxValueBytes, StateValues.Reduce) is { } json)
                _commands.Add(transaction.StringSetAsync(keys.Prediction(prediction.Id), json, options.PredictionLifetime));
        }
        _commands.Add(transaction.SortedSetAddAsync(keys.PredictionOrder, ByTime(predictions)));
        foreach (var pipeline in predictions.GroupBy(static prediction => prediction.Pipeline))
        {
            _commands.Add(transaction.SortedSetAddAsync(keys.Recent(pipeline.Key), ByTime(pipeline)));
            _commands.Add(transaction.SortedSetRemoveRangeByRankAsync(keys.Recent(pipeline.Key), 0, -options.MaxRecentPerPipeline - 1));
        }
        foreach (var version in predictions.CountBy(static prediction => prediction.ModelVersion))
            _commands.Add(transaction.HashIncrementAsync(keys.ModelPredictions, version.Key, version.Value));
    }

    private static SortedSetEntry[] ByTime(IEnumerable<TextClassified> predictions) =>
        [.. predictions.Select(static prediction => new SortedSetEntry(prediction.Id, StateKeys.Score(prediction.ClassifiedAt)))];

    private void WriteTrends(IEnumerable<TrendUpdated> trends)
    {
        foreach (var series in trends.GroupBy(static trend => trend.Series))
            WriteSeries(series.Key, [.. series]);
    }

    private void WriteSeries(SeriesKey series, IReadOnlyList<TrendUpdated> trends)
    {
        var name = SeriesJson.Serialize(series);
        _commands.Add(transaction.SetAddAsync(keys.Series, name));
        if (series.Segment == SeriesKey.All)
        {
            WriteDays(series, trends);
            return;
        }
        var key = keys.Trend(series);
        _commands.Add(transaction.SortedSetAddAsync(OrderOf(series), name,
            trends.Max(static trend => StateKeys.Score(trend.Window.Start))));
        WriteWindows(key, trends);
        _commands.Add(transaction.SortedSetRemoveRangeByRankAsync(key, 0, -options.MaxWindowsPerSeries - 1));
    }

    private void WriteDays(SeriesKey series, IReadOnlyList<TrendUpdated> trends)
    {
        foreach (var day in trends.GroupBy(static trend => StateKeys.DayOf(StateKeys.Score(trend.Window.Start))))
        {
            _commands.Add(transaction.SortedSetAddAsync(keys.TrendDays(series), day.Key.Name, day.Key.Score));
            WriteWindows(keys.TrendDay(series, day.Key.Name), day);
        }
    }

    private void WriteWindows(RedisKey key, IEnumerable<TrendUpdated> trends)
    {
        foreach (var window in trends.GroupBy(static trend => StateKeys.Score(trend.Window.Start)))
        {
            _commands.Add(transaction.SortedSetRemoveRangeByScoreAsync(key, window.Key, window.Key));
            if (StateValues.SerializeWithin(window.Last(), options.MaxValueBytes) is { } json)
                _commands.Add(transaction.SortedSetAddAsync(key, json, window.Key));
        }
    }

    private RedisKey OrderOf(SeriesKey series) => SeriesKey.IsEntity(series.Segment) ? keys.EntityOrder : keys.SegmentOrder;

    private void WriteAlert(object item)
    {
        switch (item)
        {
            case AlertRaised raised when StateValues.CanBeKeys(raised.Id, raised.Fingerprint):
                _commands.Add(transaction.HashSetAsync(keys.AlertsOpen, raised.Fingerprint, raised.Id));
                Set(keys.AlertsRaised, raised.Id, raised, static (alert, _) => StateValues.Reduce(alert));
                _commands.Add(transaction.SortedSetAddAsync(keys.AlertOrder, raised.Id, StateKeys.Score(raised.RaisedAt)));
                break;
            case AlertResolved resolved:
                _commands.Add(transaction.HashDeleteAsync(keys.AlertsOpen, resolved.Fingerprint));
                Set(keys.AlertsResolved, resolved.Id, resolved);
                break;
        }
    }

    private void WriteQuality(object item)
    {
        switch (item)
        {
            case FairnessReported fairness when StateValues.CanBeKeys(fairness.Pipeline, fairness.Rule):
                var rule = $"{fairness.Pipeline}/{fairness.Rule}";
                Set(keys.FairnessReports, rule, fairness);
                _commands.Add(transaction.SortedSetAddAsync(keys.FairnessOrder, rule, StateKeys.Score(fairness.Window.End)));
                break;
            case AccuracyReported accuracy
                when StateValues.CanBeKeys(accuracy.Series.Pipeline, accuracy.Series.Head, accuracy.Series.Segment):
                var series = SeriesJson.ToText(accuracy.Series);
                Set(keys.AccuracyReports, series, accuracy);
                _commands.Add(transaction.SortedSetAddAsync(keys.AccuracyOrder, series, StateKeys.Score(accuracy.Window.End)));
                break;
            case DriftReported drift when StateValues.CanBeKeys(drift.Fingerprint):
                Set(keys.DriftReports, drift.Fingerprint, drift);
                _commands.Add(transaction.SortedSetAddAsync(keys.DriftOrder, drift.Fingerprint, StateKeys.Score(drift.ReportedAt)));
                break;
        }
    }

    private void WriteModel(object item)
    {
        switch (item)
        {
            case ModelTrained trained:
                Set(keys.ModelsTrained, trained.Version, trained, static (model, _) => WithoutEvaluations(model));
                _commands.Add(transaction.SortedSetAddAsync(keys.ModelOrder, trained.Version, StateKeys.Score(trained.TrainedAt)));
                break;
            case ModelPromoted promoted:
                WritePromotion(promoted);
                break;
            case RolloutChanged rollout:
                Set(keys.ModelsRolledOut, rollout.Version, rollout);
                _commands.Add(transaction.SortedSetAddAsync(
                    keys.ModelOrder, rollout.Version, StateKeys.Score(rollout.ChangedAt), SortedSetWhen.NotExists));
                break;
            case RolloutProgressed progress:
                Set(keys.ModelsRolloutProgress, progress.Version, progress);
                break;
            case PinChanged pin:
                Set(keys.ModelsPinned, pin.Version, pin);
                break;
            case TrainingReported report:
                Set(keys.ModelsTraining, report.Model, report with { Requests = [] });
                break;
            case ModelRefused refused:
                Set(keys.ModelsRefused, refused.Version, refused);
                Serve(refused.Model, refused.Serving ?? "");
                break;
            case ModelRepaired repaired:
                _commands.Add(transaction.HashDeleteAsync(keys.ModelsRefused, repaired.Refused));
                Serve(repaired.Model, repaired.Version);
                break;
            case ModelRolledBack back:
                Set(keys.ModelsRolledBack, back.From, back);
                Serve(back.Model, back.To);
                _commands.Add(transaction.HashDeleteAsync(keys.ModelsRefused, [back.From, back.To]));
                break;
        }
    }

    private static ModelTrained WithoutEvaluations(ModelTrained model) =>
        model with { Candidate = [], Champion = [], Evaluations = [], Changes = null };

    private void WritePromotion(ModelPromoted promoted)
    {
        Set(keys.ModelsPromoted, promoted.Version, promoted, static (model, _) => model with { Reports = [] });
        Serve(promoted.Model, promoted.Version);
        _commands.Add(transaction.HashDeleteAsync(keys.ModelsRefused, [promoted.Version, promoted.Previous ?? promoted.Version]));
        _commands.Add(transaction.SortedSetAddAsync(
            keys.ModelOrder, promoted.Version, StateKeys.Score(promoted.PromotedAt), SortedSetWhen.NotExists));
    }

    private void Serve(string model, string version) => _commands.Add(transaction.HashSetAsync(keys.ModelsServing, model, version));

    /// <summary>Sets a field of a hash to an event, unless the event is too large in any form.</summary>
    private void Set<T>(RedisKey hash, string field, T value, Func<T, long, T>? reduce = null)
    {
        if (StateValues.CanBeKeys(field) && StateValues.SerializeWithin(value, options.MaxValueBytes, reduce) is { } json)
            _commands.Add(transaction.HashSetAsync(hash, field, json));
    }
}

using StreamBert.Contracts;
using StreamBert.Streaming.State.Connection;
using StreamBert.Streaming.State.Queries;

namespace StreamBert.Tests.Streaming.State;

public sealed class StateStoreTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_prediction_is_found_by_its_id_without_its_embedding()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var state = new StateParts(redis.ConnectionString);
        await state.AppendAsync(Topics.Predictions, Some.Prediction("a", label: "positive"));

        var found = await state.Store.FindPredictionAsync("a", Cancellation);

        Assert.Equal("positive", found!.Heads["sentiment"].Label);
        Assert.Equal("a text", found.Text);
        Assert.Null(found.Embedding);
        Assert.Null(await state.Store.FindPredictionAsync("b", Cancellation));
    }

    [Fact]
    public async Task Recent_predictions_come_latest_first_and_by_pipeline_head_and_label()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var state = new StateParts(redis.ConnectionString);
        await state.AppendAsync(
            Topics.Predictions,
            Some.Prediction("a", 1, "negative"), Some.Prediction("b", 2, "positive"), Some.Prediction("c", 3, "negative"),
            Some.Prediction("d", 4, "negative", pipeline: "support-chat"));

        Assert.Equal(["d", "c", "b", "a"], await IdsAsync(state, new()));
        Assert.Equal(["c", "b", "a"], await IdsAsync(state, new("financial-news")));
        Assert.Equal(["c", "a"], await IdsAsync(state, new("financial-news", "sentiment", "negative")));
        Assert.Equal(["d", "c"], await IdsAsync(state, new(Label: "negative", Limit: 2)));
        Assert.Empty(await IdsAsync(state, new(Head: "topic")));
    }

    [Fact]
    public async Task A_text_classified_again_replaces_its_prediction_and_is_listed_once()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var state = new StateParts(redis.ConnectionString);
        await state.AppendAsync(Topics.Predictions, Some.Prediction("a", 1, "negative"), Some.Prediction("b", 2));
        await state.AppendAsync(Topics.Predictions, Some.Prediction("a", 3, "positive"));

        Assert.Equal(["a", "b"], await IdsAsync(state, new()));
        Assert.Equal("positive", (await state.Store.FindPredictionAsync("a", Cancellation))!.Heads["sentiment"].Label);
    }

    [Fact]
    public async Task The_oldest_predictions_are_removed()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var state = new StateParts(redis.ConnectionString, ("MaxPredictions", "100"), ("MaxRecentPerPipeline", "10"));
        for (var batch = 0; batch < 5; batch++)
        {
            await state.AppendAsync(
                Topics.Predictions,
                [.. Enumerable.Range(batch * 50, 50).Select(static second => Some.Prediction($"id-{second}", second))]);
        }

        Assert.Null(await state.Store.FindPredictionAsync("id-149", Cancellation));
        Assert.NotNull(await state.Store.FindPredictionAsync("id-150", Cancellation));
        Assert.Equal(100, (await state.Store.ListPredictionsAsync(new(Limit: 1_000), Cancellation)).Count);
        Assert.Equal(10, (await state.Store.ListPredictionsAsync(new("financial-news", Limit: 1_000), Cancellation)).Count);
    }

    [Fact]
    public async Task The_last_accuracy_of_a_series_and_the_last_state_of_a_fairness_rule_are_listed_latest_first()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var state = new StateParts(redis.ConnectionString);
        await state.AppendAsync(
            Topics.Accuracy, Some.Accuracy("all", 0), Some.Accuracy("topic=Energy", 1), Some.Accuracy("all", 2),
            Some.Accuracy("all", 3, "support-chat"));
        await state.AppendAsync(Topics.Fairness, Some.Fairness("a", 0), Some.Fairness("b", 1), Some.Fairness("a", 2));

        var accuracy = await state.Store.ListAccuracyAsync(new("financial-news"), Cancellation);
        var one = await state.Store.ListAccuracyAsync(new(Limit: 1), Cancellation);
        var others = await state.Store.ListAccuracyAsync(new(Limit: 10) { After = one.Next }, Cancellation);
        var rules = await state.Store.ListFairnessAsync("financial-news", 10, Cancellation);

        Assert.Equal([("all", 2), ("topic=Energy", 1)], accuracy.Select(static report => (report.Series.Segment, HourOf(report.Window))));
        Assert.Equal((1, 2), (one.Count, others.Count));
        Assert.Equal([("a", 2), ("b", 1)], rules.Select(static report => (report.Rule, HourOf(report.Window))));
        Assert.Empty(await state.Store.ListFairnessAsync("support-chat", 10, Cancellation));
    }

    [Fact]
    public async Task The_last_comparison_of_each_kind_is_listed_latest_first_and_the_oldest_kinds_are_removed()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var state = new StateParts(redis.ConnectionString, ("MaxSegmentSeries", "10"));
        await state.AppendAsync(
            Topics.Drift,
            [
                .. Enumerable.Range(0, 12).Select(static hour => Some.Drift($"kind-{hour}", hour)), Some.Drift("kind-5", 20),
                Some.Drift("kind-6", 21, "support-chat"),
            ]);

        var news = await state.Store.ListDriftAsync("financial-news", 3, Cancellation);
        var all = await state.Store.ListDriftAsync(null, 100, Cancellation);

        Assert.Equal(
            [("kind-5", 20), ("kind-11", 11), ("kind-10", 10)], news.Select(static report => (report.Kind, HourOf(report.Window))));
        Assert.Equal(10, all.Count);
        Assert.Equal(("kind-6", "support-chat"), (all[0].Kind, all[0].Series.Pipeline));
    }

    [Fact]
    public async Task The_reports_of_the_series_that_were_not_reported_for_longest_are_removed()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var state = new StateParts(redis.ConnectionString, ("MaxSegmentSeries", "10"));
        await state.AppendAsync(Topics.Accuracy, [.. Enumerable.Range(0, 15).Select(static hour => Some.Accuracy($"topic={hour}", hour))]);

        var left = await state.Store.ListAccuracyAsync(new(Limit: 100), Cancellation);

        Assert.Equal(
            Enumerable.Range(5, 10).Reverse().Select(static hour => $"topic={hour}"), left.Select(static report => report.Series.Segment));
    }

    private static int HourOf(TimeWindow window) => (int)(window.Start - Some.Noon).TotalHours;

    [Fact]
    public async Task A_series_holds_its_latest_windows_in_order_and_the_last_revision_of_each()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var state = new StateParts(redis.ConnectionString, ("MaxWindowsPerSeries", "10"));
        const string Oil = "topic=Energy | Oil";
        await state.AppendAsync(
            Topics.Trends, [.. Enumerable.Range(0, 15).Reverse().Select(static minute => Some.Trend(minute, segment: Oil))]);
        await state.AppendAsync(
            Topics.Trends, Some.Trend(14, count: 11, revision: 1, segment: Oil), Some.Trend(14, count: 12, revision: 2, segment: Oil));

        var series = Assert.Single(await state.Store.ListTrendsAsync(new("financial-news", "sentiment", Oil), Cancellation));

        Assert.Equal(
            Enumerable.Range(5, 10).Select(static minute => Some.Noon.AddMinutes(minute)),
            series.Windows.Select(static window => window.Window.Start));
        Assert.Equal((12, 2), (series.Windows[^1].Count, series.Windows[^1].Revision));
    }

    [Fact]
    public async Task The_series_of_all_texts_holds_whole_days_and_the_last_revision_of_each_window()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var state = new StateParts(redis.ConnectionString, ("MaxWindowsPerHead", "1500"));
        var key = new SeriesKey("financial-news", "sentiment", SeriesKey.All);
        await state.AppendAsync(Topics.Trends, [.. Enumerable.Range(0, 240).Reverse().Select(static step => Some.Trend(60 * step))]);
        await state.AppendAsync(Topics.Trends, Some.Trend(60 * 239, count: 11, revision: 1));

        var stored = Assert.Single(await state.Store.ListTrendsAsync(new("financial-news", Limit: 1_000), Cancellation));
        var pages = await state.Store.ListTrendsAsync(
            new("financial-news", From: Some.Noon.AddDays(8).AddHours(-1), To: Some.Noon.AddDays(8).AddHours(14)), Cancellation);

        var day = Some.Noon.Date.AddDays(8); // two days are 2,880 windows of a minute, and the newest day is incomplete
        Assert.Equal((new(day, TimeSpan.Zero), Some.Noon.AddHours(239)), (stored.Windows[0].Window.Start, stored.Windows[^1].Window.Start));
        Assert.Equal((60, 11L, 1), (stored.Windows.Count, stored.Windows[^1].Count, stored.Windows[^1].Revision));
        Assert.Equal(
            Enumerable.Range(0, 15).Select(static hour => Some.Noon.AddDays(8).AddHours(hour - 1)),
            Assert.Single(pages).Windows.Select(static window => window.Window.Start));
        Assert.Equal(
            new(stored.Windows[0].Window.Start, Some.Noon.AddHours(239)), await state.Store.FindTrendExtentAsync(key, Cancellation));
        Assert.Null(await state.Store.FindTrendExtentAsync(key with { Head = "topic" }, Cancellation));
    }

    [Fact]
    public async Task A_long_span_is_merged_to_the_points_asked_for_and_loses_no_text()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var state = new StateParts(redis.ConnectionString);
        var series = new SeriesKey("financial-news", "sentiment", SeriesKey.All);
        await state.AppendAsync(Topics.Trends, [.. Enumerable.Range(-600_000, 1_300).Select(static minute => Some.Trend(minute))]);

        var all = await state.Store.ReadMergedTrendAsync(series, null, null, 50, Cancellation);
        var hour = await state.Store.ReadMergedTrendAsync(
            series, Some.Noon.AddMinutes(-599_000), Some.Noon.AddMinutes(-598_940), 60, Cancellation);
        var later = await state.Store.ReadMergedTrendAsync(series, Some.Noon, null, 50, Cancellation);

        Assert.InRange(all.Windows.Count, 30, 50);
        Assert.Equal((13_000, 30), (all.Windows.Sum(static window => window.Count), all.WindowsPerPoint));
        Assert.Equal(new(Some.Noon.AddMinutes(-600_000), Some.Noon.AddMinutes(-598_701)), all.Extent);
        Assert.Equal((60, 1L), (hour.Windows.Count, hour.WindowsPerPoint));
        Assert.Equal(Some.Noon.AddMinutes(-599_000), hour.Windows[0].Window.Start);
        Assert.Empty(later.Windows);
        Assert.NotNull(later.Extent);
    }

    [Fact]
    public async Task Trends_can_be_cut_to_a_span_of_time_and_to_a_segment()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var state = new StateParts(redis.ConnectionString);
        await state.AppendAsync(Topics.Trends, [.. Enumerable.Range(0, 6).SelectMany(static minute =>
            new[] { Some.Trend(minute), Some.Trend(minute, segment: "topic=Energy | Oil") })]);

        var span = await state.Store.ListTrendsAsync(new(From: Some.Noon.AddMinutes(2), To: Some.Noon.AddMinutes(4)), Cancellation);
        var oil = await state.Store.ListTrendsAsync(new(Segment: "topic=Energy | Oil", Limit: 1), Cancellation);

        Assert.Equal(["all", "topic=Energy | Oil"], span.Select(static series => series.Series.Segment));
        Assert.All(span, static series => Assert.Equal([2, 3], series.Windows.Select(static window => window.Window.Start.Minute)));
        Assert.Equal(5, Assert.Single(Assert.Single(oil).Windows).Window.Start.Minute);
    }

    [Fact]
    public async Task Trends_of_an_entity_are_found_by_its_name_and_only_those_mentioned_last_are_kept()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var state = new StateParts(redis.ConnectionString, ("MaxEntitySeries", "10"));
        await state.AppendAsync(
            Topics.Trends,
            [Some.Trend(0), .. Enumerable.Range(0, 15).Select(static i => Some.Trend(i, segment: SeriesKey.OfEntity("ORG", $"Name {i}")))]);

        var found = await state.Store.ListTrendsAsync(new() { Entity = "NAME 7" }, Cancellation);
        var all = await state.Store.ListTrendsAsync(new(), Cancellation);

        Assert.Equal("entity=ORG:name 7", Assert.Single(found).Series.Segment);
        Assert.Equal([SeriesKey.All, .. Enumerable.Range(5, 10).Select(static i => $"entity=ORG:name {i}").Order(StringComparer.Ordinal)],
            all.Where(static series => series.Windows.Count > 0).Select(static series => series.Series.Segment)
                .Order(StringComparer.Ordinal));
        Assert.Equal(11, all.Count);
    }

    [Fact]
    public async Task An_alert_is_open_until_it_is_resolved_and_stays_in_the_history()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var state = new StateParts(redis.ConnectionString);
        var (first, second) = (Some.Alert("a", "surge", 1), Some.Alert("b", "drift", 2));
        await state.AppendAsync(Topics.Alerts, first, second);
        await state.AppendAsync(Topics.Alerts, Some.Resolution(first));

        var open = await state.Store.ListAlertsAsync(AlertFilter.Open, 10, Cancellation);
        var all = await state.Store.ListAlertsAsync(AlertFilter.All, 10, Cancellation);

        Assert.Equal(["b"], open.Select(static alert => alert.Raised.Id));
        Assert.Equal([("b", true), ("a", false)], all.Select(static alert => (alert.Raised.Id, alert.IsOpen)));
        Assert.Equal("Back to normal.", all[1].Resolved!.Message);
    }

    [Fact]
    public async Task The_shipped_version_serves_until_another_is_promoted()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var state = new StateParts(redis.ConnectionString);
        await state.AppendAsync(Topics.Predictions, Some.Prediction("a"), Some.Prediction("b"));

        var shipped = Assert.Single(await state.Store.ListModelsAsync(Cancellation));
        Assert.Equal(
            ("default", "default-v1", ModelStates.Serving, 2),
            (shipped.Model, shipped.Version, shipped.State, shipped.Predictions));

        await state.AppendAsync(
            Topics.Models,
            Some.Training("default-v2", "default-v1", minute: 1),
            Some.Promotion("default-v2", "default-v1", 2));
        await state.AppendAsync(Topics.Models, Some.Training("default-v3", "default-v2", accepted: false, minute: 3));

        var models = await state.Store.ListModelsAsync(Cancellation);
        Assert.Equal(
            [("default-v3", ModelStates.Rejected), ("default-v2", ModelStates.Serving), ("default-v1", ModelStates.Retired)],
            models.Select(static model => (model.Version, model.State)));
        Assert.Equal("candidate", Assert.Single(models[1].Reports).Data);
        Assert.Equal("champion", Assert.Single(models[2].Reports).Data);
    }

    [Fact]
    public async Task The_run_of_a_model_whose_shipped_version_serves_is_shown_with_that_version()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var state = new StateParts(redis.ConnectionString);
        await state.AppendAsync(
            Topics.Models, Some.Training("small-v1", "small-v0") with { Model = "small", TrainingSeconds = 0 },
            new TrainingReported
            {
                Model = "small",
                State = TrainingStates.Running,
                Detail = "100 new feedback records",
                OccurredAt = Some.Noon,
                Progress = new()
                {
                    Epoch = 1,
                    Epochs = 2,
                    Step = 30,
                    Steps = 100,
                    Loss = 0.4,
                    TokensPerSecond = 800,
                    RemainingSeconds = 70,
                },
            });

        var shown = Assert.Single(await state.Store.ListModelsAsync(Cancellation));

        Assert.Equal(
            (ModelStates.Serving, TrainingStates.Running, 30), (shown.State, shown.Training!.State, shown.Training.Progress!.Step));
    }

    [Fact]
    public async Task After_a_rollback_the_earlier_version_serves_again()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var state = new StateParts(redis.ConnectionString);
        await state.AppendAsync(Topics.Models, Some.Promotion("default-v1", null, 1), Some.Promotion("default-v2", "default-v1", 2));
        await state.AppendAsync(Topics.Models, new ModelRolledBack
        {
            Model = "default",
            From = "default-v2",
            To = "default-v1",
            Directory = "default-v1",
            RolledBackAt = Some.Noon.AddMinutes(3),
            By = "kim",
            Reason = "worse on oil",
        });

        var models = await state.Store.ListModelsAsync(Cancellation);

        Assert.Equal(
            [("default-v2", ModelStates.Retired), ("default-v1", ModelStates.Serving)],
            models.Select(static model => (model.Version, model.State)));
        Assert.Equal("worse on oil", models[0].RolledBack!.Reason);
    }

    [Fact]
    public async Task An_unreachable_store_is_reported_with_a_remedy()
    {
        await using var state = new StateParts("127.0.0.1:1", ("Timeout", "00:00:00.500"));

        var refused = await Assert.ThrowsAsync<StateUnavailableException>(() => state.Store.FindPredictionAsync("a", Cancellation));

        Assert.Contains("127.0.0.1:1", refused.Message, StringComparison.Ordinal);
        Assert.Contains("Redis:ConnectionString", refused.Message, StringComparison.Ordinal);
        Assert.False(state.Store.IsAvailable);
    }

    [Fact]
    public async Task The_store_is_used_again_when_it_is_back()
    {
        var redis = await RedisServer.StartAsync();
        await using var state = new StateParts(redis.ConnectionString);
        await state.AppendAsync(Topics.Predictions, Some.Prediction("a"));
        await redis.DisposeAsync();
        await Assert.ThrowsAsync<StateUnavailableException>(() => state.Store.FindPredictionAsync("a", Cancellation));

        await using var again = await RedisServer.StartAsync(redis.Port);
        var found = await Eventually.Async(() => state.Store.FindPredictionAsync("a", Cancellation));

        Assert.Null(found);
        Assert.True(state.Store.IsAvailable);
    }

    private static async Task<IEnumerable<string>> IdsAsync(StateParts state, PredictionQuery query) =>
        (await state.Store.ListPredictionsAsync(query, Cancellation)).Select(static prediction => prediction.Id);
}

using StreamBert.Contracts;
using StreamBert.Streaming.Diagnostics;
using StreamBert.Streaming.State.Leases;
using StreamBert.Streaming.State.Queries;

namespace StreamBert.Tests.Streaming.State;

/// <summary>Lists are paged by count and by bytes, continue where a page ended, and all reads together hold limited memory.</summary>
public sealed class StatePageTests : IAsyncLifetime
{
    private const int PageBytes = 64 * 1024;
    private RedisServer _redis = null!;
    private StateParts _state = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _redis = await RedisServer.StartAsync();
        _state = new(
            _redis.ConnectionString,
            ("MaxPageBytes", $"{PageBytes}"),
            ("MaxReadBytes", $"{1024 * 1024}"),
            ("MaxValueBytes", $"{40_000}"),
            ("MaxSegmentSeries", "10"));
    }

    public async ValueTask DisposeAsync()
    {
        if (_state is not null) await _state.DisposeAsync();
        if (_redis is not null) await _redis.DisposeAsync();
    }

    [Fact]
    public async Task Predictions_are_paged_by_bytes_and_each_is_on_exactly_one_page()
    {
        // seven of one time
        await _state.AppendAsync(Topics.Predictions,
            [.. Enumerable.Range(0, 40)
                .Select(static number => Large(number, 10_000) with { ClassifiedAt = Some.Noon.AddSeconds(number / 7) })]);

        var (ids, pages) = await AllAsync(after => _state.Store.ListPredictionsAsync(new(Limit: 1_000) { After = after }, Cancellation));

        Assert.Equal(40, ids.Count);
        Assert.Distinct(ids.Select(static prediction => prediction.Id));
        Assert.Equal(
            ids.OrderByDescending(static prediction => prediction.ClassifiedAt).Select(static prediction => prediction.ClassifiedAt),
            ids.Select(static prediction => prediction.ClassifiedAt));
        Assert.InRange(pages, 7, 9);
    }

    [Fact]
    public async Task Predictions_are_paged_by_count_and_the_last_page_has_no_next()
    {
        await _state.AppendAsync(Topics.Predictions, [.. Enumerable.Range(0, 20)
            .Select(static number => Some.Prediction($"{number}", number, number % 2 == 0 ? "negative" : "positive"))]);

        var first = await _state.Store.ListPredictionsAsync(new(Label: "negative", Limit: 5), Cancellation);
        var second = await _state.Store
            .ListPredictionsAsync(new(Label: "negative", Limit: 5) { After = StateCursor.Parse(first.Next!.ToString()) }, Cancellation);
        var all = await _state.Store.ListPredictionsAsync(new(Limit: 20), Cancellation);

        Assert.Equal(["18", "16", "14", "12", "10"], first.Select(static prediction => prediction.Id));
        Assert.Equal(["8", "6", "4", "2", "0"], second.Select(static prediction => prediction.Id));
        Assert.Equal((20, null), (all.Count, all.Next));
    }

    [Fact]
    public async Task Alerts_are_paged_and_so_are_open_alerts()
    {
        var alerts = Enumerable.Range(0, 30)
            .Select(static number => Some.Alert($"a{number}", $"rule {number}", number) with { Message = new('m', 10_000) })
            .ToArray();
        await _state.AppendAsync(Topics.Alerts, alerts);
        await _state.AppendAsync(Topics.Alerts, [.. alerts.Where(static (_, number) => number % 3 == 0).Select(Some.Resolution)]);

        var (all, pages) = await AllAsync(after => _state.Store.ListAlertsAsync(AlertFilter.All, 1_000, Cancellation, after));
        var (open, _) = await AllAsync(after => _state.Store.ListAlertsAsync(AlertFilter.Open, 4, Cancellation, after));

        Assert.Equal(Enumerable.Range(0, 30).Reverse().Select(static number => $"a{number}"), all.Select(static alert => alert.Raised.Id));
        Assert.InRange(pages, 5, 7);
        Assert.Equal(
            Enumerable.Range(0, 30).Reverse().Where(static number => number % 3 != 0).Select(static number => $"a{number}"),
            open.Select(static alert => alert.Raised.Id));
    }

    [Fact]
    public async Task Trends_are_paged_by_series_and_windows_and_none_is_omitted()
    {
        await _state.AppendAsync(Topics.Trends, [.. Enumerable.Range(0, 5).SelectMany(static segment => Enumerable.Range(0, 200)
            .Select(minute => Some.Trend(minute, segment: segment == 0 ? SeriesKey.All : $"topic={segment}")))]);

        var (series, pages) = await AllAsync(after => _state.Store.ListTrendsAsync(new(Limit: 150) { After = after }, Cancellation));

        Assert.True(pages > 2);
        Assert.Equal(
            [SeriesKey.All, "topic=1", "topic=2", "topic=3", "topic=4"],
            series.Select(static one => one.Series.Segment).Distinct());
        foreach (var one in series.GroupBy(static one => one.Series))
        {
            Assert.Equal(Enumerable.Range(50, 150), one.SelectMany(static part => part.Windows)
                .Select(static window => (int)(window.Window.Start - Some.Noon).TotalMinutes)
                .Order());
        }
    }

    [Fact]
    public async Task Model_versions_are_paged_with_serving_versions_on_the_first_page()
    {
        await _state.AppendAsync(Topics.Models, Some.Promotion("default-v1", null));
        await _state.AppendAsync(Topics.Models, [.. Enumerable.Range(2, 30).Select(
            static number => Some.Training($"default-v{number}", "default-v1", minute: number) with { Gates = [new('g', 10_000)] })]);

        var first = await _state.Store.ListModelsAsync(Cancellation);
        var (all, pages) = await AllAsync(after => _state.Store.ListModelsAsync(Cancellation, after));

        Assert.Equal(ModelStates.Serving, first.Single(static version => version.Version == "default-v1").State);
        Assert.NotNull(first.Next);
        Assert.InRange(pages, 5, 8);
        Assert.Equal(
            Enumerable.Range(1, 31).Select(static number => $"default-v{number}").Order(),
            all.Select(static version => version.Version).Order());
    }

    [Fact]
    public async Task A_prediction_that_is_too_large_is_stored_without_what_makes_it_so_and_says_so()
    {
        await _state.AppendAsync(Topics.Predictions, Large(1, 1_700_000), Some.Prediction(new('i', 10_000)));

        var stored = await _state.Store.FindPredictionAsync("large-1", Cancellation);

        Assert.Equal((null, 0, "neutral"), (stored!.Text, stored.Attributes.Count, stored.Heads["sentiment"].Label));
        Assert.Contains("1,70", Assert.Single(stored.Notes!), StringComparison.Ordinal);
        Assert.Single(await _state.Store.ListPredictionsAsync(new(), Cancellation)); // that with the id of 10,000 characters is not a key
    }

    [Fact]
    public async Task The_segments_that_had_texts_last_and_the_series_of_all_texts_are_kept()
    {
        await _state.AppendAsync(
            Topics.Trends,
            [Some.Trend(0), .. Enumerable.Range(1, 30).Select(static number => Some.Trend(number, segment: $"region={number}"))]);

        var kept = (await _state.Store.ListSeriesAsync(Cancellation)).Select(static series => series.Segment);

        Assert.Equal([SeriesKey.All, .. Enumerable.Range(21, 10).Select(static number => $"region={number}")], kept);
    }

    [Fact]
    public async Task Reads_wait_for_memory_that_another_read_holds_and_are_rejected()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        var readiness = new Readiness(time);
        using var budget = new ReadBudget(1_000_000, 300_000, time, readiness);
        var first = budget.OpenLease();
        Assert.True(await first.TryAcquireAsync(240_000, Cancellation));
        Assert.False(await first.TryAcquireAsync(20_000, Cancellation)); // no room for more now: the page ends here

        using var second = budget.OpenLease();
        var waiting = second.TryAcquireAsync(100_000, Cancellation);
        time.Advance(TimeSpan.FromSeconds(4));
        await Assert.ThrowsAsync<ReadsExhaustedException>(() => waiting);
        Assert.Equal(("degraded", "reads"), (readiness.Status, Assert.Single(readiness.Degradations).Component));

        first.Dispose();
        Assert.True(await second.TryAcquireAsync(100_000, Cancellation));
        time.Advance(TimeSpan.FromMinutes(1));
        budget.Recover();
        Assert.Equal((1, "ready", 400_000), (budget.RejectedReads, readiness.Status, budget.UsedBytes));
    }

    [Theory]
    [InlineData("")]
    [InlineData("not a cursor")]
    [InlineData("AAAA")]
    public void A_text_that_is_not_a_cursor_is_rejected(string cursor) => Assert.Null(StateCursor.Parse(cursor));

    private static async Task<(List<T> Items, int Pages)> AllAsync<T>(Func<StateCursor?, Task<StatePage<T>>> read)
    {
        var (items, pages, after) = (new List<T>(), 0, (StateCursor?)null);
        do
        {
            var page = await read(after);
            items.AddRange(page);
            after = page.Next is null ? null : StateCursor.Parse(page.Next.ToString());
            Assert.True(++pages < 100);
        }
        while (after is not null);
        return (items, pages);
    }

    private static TextClassified Large(
        int number,
        int characters) => Some.Prediction($"large-{number}", number) with
        {
            Attributes = new Dictionary<string,
            string>
            { ["blob"] = new('x', characters) }
        };
}

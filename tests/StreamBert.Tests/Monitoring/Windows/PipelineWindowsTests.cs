using StreamBert.Contracts;
using StreamBert.Monitoring.Windows;

namespace StreamBert.Tests.Monitoring.Windows;

public sealed class PipelineWindowsTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    private readonly WindowsState _state = new();
    private readonly InputFeed _feed = new();
    private PipelineWindows _windows;

    public PipelineWindowsTests() => _windows = Open(new());

    [Fact]
    public void A_window_closes_when_an_event_exceeds_its_end_by_more_than_the_allowed_lateness()
    {
        Assert.Empty(Add(3));
        Assert.Empty(Add(9));
        Assert.Empty(Add(11.9));

        var closed = Assert.Single(Add(12));

        Assert.Equal(new TimeWindow(Start, Start.AddSeconds(10)), closed.Window);
        Assert.Equal(2, closed.Counts.Count);
        Assert.True(closed.Counts.IsPartial); // the stream began within it
    }

    [Fact]
    public void An_event_out_of_order_within_the_allowed_lateness_is_counted_in_its_window()
    {
        Add(11.5);
        Add(8);

        Assert.Equal(1, Assert.Single(Add(12)).Counts.Count);
        Assert.Equal(0, _state.Late);
    }

    [Fact]
    public void A_late_event_revises_its_window_and_the_trends_that_it_changes()
    {
        Add(5, "Macro");
        Add(6, "Legal");
        Publish(Add(13, "Macro"));
        Add(7, "Legal");

        var trends = Publish(Add(22.5, "Macro"));

        var revised = trends.Where(static trend => trend.Revision == 1).ToList();
        Assert.Equal(
            ["sentiment/all", "sentiment/topic=Legal", "topic/all"],
            revised.Select(static trend => $"{trend.Series.Head}/{trend.Series.Segment}").Order());
        var all = Assert.Single(revised, static trend => trend.Series.Head == "sentiment" && trend.Series.Segment == "all");
        Assert.Equal((3, 1), (all.Count, all.Late));
        Assert.Equal(Start, all.Window.Start);
        Assert.Equal(1, _state.Late);
    }

    [Fact]
    public void A_text_too_late_for_every_revisable_window_is_counted_with_the_setting_that_would_have_admitted_it()
    {
        Add(5);
        for (var second = 15; second <= 75; second += 10)
            Add(second);

        Add(6);

        Assert.Equal((0, 1), (_state.Late, _state.TooLate));
        Assert.Equal(TimeSpan.FromMinutes(2), _state.Lateness.SufficientLateness()); // 65 seconds were needed
        Assert.Equal(10, _state.Texts + 1);
    }

    [Fact]
    public void Empty_windows_close_too_and_have_trends_of_zero()
    {
        Add(5);

        var closed = Add(43);

        Assert.Equal([1, 0, 0, 0], closed.Select(static window => window.Counts.Count));
        Assert.All(Trends.Of(closed[1], SyntheticStream.Pipeline), static trend => Assert.Equal(0, trend.Count));
    }

    [Fact]
    public void Of_a_long_gap_the_first_empty_windows_and_the_last_one_close_whatever_steps_the_texts_arrive_in()
    {
        Add(5);

        List<WindowUpdate> closed = [.. Add(5 + 86_400), .. Add(15 + 86_400)];

        Assert.Equal(32, closed.Count); // the one with the text, 29 empty ones, the last empty one, and the one with the next text
        Assert.Equal(Start.AddSeconds(290), closed[29].Window.Start);
        Assert.Equal(Start.AddDays(1).AddSeconds(-10), closed[30].Window.Start);
        Assert.Equal(Start.AddDays(1), closed[31].Window.Start);
        Assert.All(closed.Skip(1), static window => Assert.False(window.Counts.IsPartial));
    }

    [Fact]
    public void A_partition_with_lag_holds_back_the_windows()
    {
        List<TextClassified> behind = [.. Enumerable.Range(0, 13).Select(second => _feed.Place(Text(second), 1))];
        for (var second = 0; second < 40; second++)
            Assert.Empty(Add(second));

        var closed = Apply(behind, Start.AddMinutes(1));

        Assert.Equal([20, 13, 10], closed.Select(static window => window.Counts.Count));
        Assert.Equal((0, 0), (_state.Late, _state.TooLate));
    }

    [Fact]
    public void A_segment_is_not_counted_in_its_own_head()
    {
        Add(5, "Macro");

        var closed = Assert.Single(Add(12));

        Assert.Equal(["all"], closed.Counts.Series["topic"].Keys);
        Assert.Equal(["all", "topic=Macro"], closed.Counts.Series["sentiment"].Keys);
    }

    [Fact]
    public void Segments_beyond_the_limit_count_together_in_any_order_of_arrival()
    {
        _windows = Open(new() { MaxSegments = 1 });
        Add(1, "Macro");
        Add(2, "Legal");

        var closed = Assert.Single(Add(12, "Macro"));

        Assert.Equal(["all", "topic=(other)", "topic=Legal"], closed.Counts.Series["sentiment"].Keys.Order(StringComparer.Ordinal));
        Assert.Equal(1, closed.Counts.Find("sentiment", "topic=(other)")!.Count);
        Assert.Equal(2, closed.Counts.Find("sentiment", "all")!.Count);
    }

    [Fact]
    public void Clock_skew_is_counted_by_source()
    {
        Add(Text(1) with { Source = "wire", ClaimedTime = Start.AddHours(1) });
        Add(Text(2) with { Source = "wire" });
        for (var source = 0; source < 100; source++)
            Add(Text(3) with { Source = $"feed {source}", ClaimedTime = Start.AddHours(1) });

        Assert.Equal(1, _state.ClockSkew["wire"]);
        Assert.Equal(101, _state.ClockSkew.Values.Sum());
        Assert.InRange(_state.ClockSkew.Count, 50, 51);
    }

    [Fact]
    public void Texts_in_foreign_languages_are_counted_by_language()
    {
        Add(Text(1) with { ForeignLanguage = "de" });
        Add(Text(2) with { ForeignLanguage = "de" });
        Add(Text(3) with { ForeignLanguage = "zh" });
        Add(Text(4));

        Assert.Equal(new Dictionary<string, long> { ["de"] = 2, ["zh"] = 1 }, _state.ForeignLanguages);
    }

    [Fact]
    public void The_counts_of_a_window_do_not_depend_on_the_order_of_its_texts()
    {
        var random = new Random(5);
        List<TextClassified> texts = [.. new SyntheticStream(7).Play(9)
            .Select(text => text.Text with { OccurredAt = Start.AddSeconds(random.NextDouble() * 9) })];
        string Close()
        {
            random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(texts));
            var (state, feed) = (new WindowsState(), new InputFeed());
            var options = new WindowOptions { MaxSegments = 3, MaxGroups = 2 };
            var windows = new PipelineWindows(SyntheticStream.Pipeline, options, TimeSpan.FromHours(1), state, []);
            List<TextClassified> placed = [.. texts.Append(Text(12)).Select(text => feed.Place(text, random.Next(4)))];
            var closed = Assert.Single(
                windows.Apply(new(SyntheticStream.Pipeline.Name, placed, feed.Progress(placed, Start.AddSeconds(12)))));
            return string.Join('\n', Trends.Of(closed, SyntheticStream.Pipeline).Select(Wire.ToJson));
        }

        Assert.Single(Enumerable.Range(0, 20).Select(_ => Close()).Distinct());
    }

    private List<WindowUpdate> Add(double second, string topic = "Macro") => Add(Text(second, topic));

    private List<WindowUpdate> Add(TextClassified text) => Apply([_feed.Place(text, 0)], text.OccurredAt);

    private List<WindowUpdate> Apply(IReadOnlyList<TextClassified> texts, DateTimeOffset at) =>
        [.. _windows.Apply(new(SyntheticStream.Pipeline.Name, texts, _feed.Progress(texts, at)))];

    private PipelineWindows Open(WindowOptions options) => new(SyntheticStream.Pipeline, options, TimeSpan.FromHours(1), _state, []);

    private static List<TrendUpdated> Publish(IReadOnlyList<WindowUpdate> closed) =>
        [.. closed.SelectMany(static window => Trends.Of(window, SyntheticStream.Pipeline))];

    private static TextClassified Text(double second, string topic = "Macro") => Predictions.Text(Start.AddSeconds(second), topic);
}

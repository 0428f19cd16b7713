using StreamBert.Contracts;
using StreamBert.Monitoring.Windows;

namespace StreamBert.Tests.Monitoring.Windows;

public sealed class PipelineWindowsTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    private readonly WindowsState _state = new();
    private readonly HashSet<int> _behind = [];
    private readonly PipelineWindows _windows;

    public PipelineWindowsTests() => _windows = new(SyntheticStream.Pipeline, new(), _state, _behind);

    [Fact]
    public void A_window_closes_when_an_event_passes_its_end_by_more_than_the_allowed_lateness()
    {
        Assert.Empty(Add(3));
        Assert.Empty(Add(9));
        Assert.Empty(Add(11.9));

        var closed = Assert.Single(Add(12));

        Assert.Equal(new TimeWindow(Start, Start.AddSeconds(10)), closed.Window);
        Assert.Equal(2, closed.Counts.Count);
        Assert.True(closed.Counts.Partial); // the stream began within it
    }

    [Fact]
    public void An_event_out_of_order_but_within_the_lateness_is_counted_where_it_belongs()
    {
        Add(11.5);
        Add(8);

        Assert.Equal(1, Assert.Single(Add(12)).Counts.Count);
        Assert.Equal(0, _state.Late);
    }

    [Fact]
    public void A_late_event_corrects_its_window_in_a_new_revision_of_the_trends_it_changed()
    {
        Add(5, "Macro");
        Publish(Add(13, "Macro"));
        Add(6, "Legal");

        var trends = Publish(Add(22.5, "Macro"));

        var corrected = trends.Where(trend => trend.Revision == 1).ToList();
        Assert.Equal(["sentiment/all", "sentiment/topic=Legal", "topic/all"], corrected.Select(trend => $"{trend.Series.Head}/{trend.Series.Segment}").Order());
        var all = Assert.Single(corrected, trend => trend.Series.Head == "sentiment" && trend.Series.Segment == "all");
        Assert.Equal((2, 1), (all.Count, all.Late));
        Assert.Equal(Start, all.Window.Start);
        Assert.Equal(1, _state.Late);
    }

    [Fact]
    public void A_text_too_late_for_every_kept_window_is_counted_as_dropped()
    {
        Add(5);
        for (var second = 15; second <= 75; second += 10)
            Add(second);

        Add(6);

        Assert.Equal((0, 1), (_state.Late, _state.Dropped));
    }

    [Fact]
    public void Windows_without_texts_close_too_and_say_zero()
    {
        Add(5);

        var closed = Add(43);

        Assert.Equal([1, 0, 0, 0], closed.Select(window => window.Counts.Count));
        Assert.All(Trends.Of(closed[1], SyntheticStream.Pipeline), trend => Assert.Equal(0, trend.Count));
    }

    [Fact]
    public void A_gap_that_is_too_long_is_skipped_and_the_stream_begins_anew_after_it()
    {
        Add(5);

        Assert.Single(Add(5 + 86_400));
        var closed = Assert.Single(Add(15 + 86_400));

        Assert.True(closed.Counts.Partial);
        Assert.Equal(Start.AddDays(1), closed.Window.Start);
    }

    [Fact]
    public void Time_told_from_outside_closes_windows_but_never_goes_back()
    {
        Add(5);

        Assert.Single(_windows.AdvanceTo(Start.AddSeconds(10)));
        Assert.Empty(_windows.AdvanceTo(Start.AddSeconds(4)));
        Assert.Equal(Start.AddSeconds(10), _windows.Watermark);
    }

    [Fact]
    public void A_partition_that_is_read_before_another_does_not_make_that_one_late()
    {
        _behind.Add(1);
        for (var second = 0; second < 40; second++)
            Assert.Empty(Add(second, partition: 0));
        for (var second = 0; second < 13; second++)
            Add(second, partition: 1);

        var closed = Assert.Single(_windows.Recent);
        Assert.Equal(20, closed.Count);
        Assert.Equal((0, 0), (_state.Late, _state.Dropped));
    }

    [Fact]
    public void Once_no_partition_is_behind_the_latest_event_counts()
    {
        _behind.Add(1);
        Assert.Empty(Add(5));
        Assert.Empty(Add(33));

        _behind.Clear();

        Assert.Equal(3, _windows.AdvanceTo(DateTimeOffset.MinValue).Count);
    }

    [Fact]
    public void A_segment_is_not_counted_in_the_head_it_comes_from()
    {
        Add(5, "Macro");

        var closed = Assert.Single(Add(12));

        Assert.Equal(["all"], closed.Counts.Series["topic"].Keys);
        Assert.Equal(["all", "topic=Macro"], closed.Counts.Series["sentiment"].Keys);
    }

    [Fact]
    public void Segments_past_the_limit_count_in_all_only()
    {
        var windows = new PipelineWindows(SyntheticStream.Pipeline, new() { MaxSegments = 1 }, new(), _behind);
        windows.Add(Text(1, "Macro"), 0);
        windows.Add(Text(2, "Legal"), 0);

        var closed = Assert.Single(windows.Add(Text(12, "Macro"), 0));

        Assert.Equal(["all", "topic=Macro"], closed.Counts.Series["sentiment"].Keys);
        Assert.Equal(2, closed.Counts.Find("sentiment", "all")!.Count);
    }

    private IReadOnlyList<WindowClosed> Add(double second, string topic = "Macro", int partition = 0) => _windows.Add(Text(second, topic), partition);

    private static List<TrendUpdated> Publish(IReadOnlyList<WindowClosed> closed) => [.. closed.SelectMany(window => Trends.Of(window, SyntheticStream.Pipeline))];

    private static TextClassified Text(double second, string topic) => Predictions.Text(Start.AddSeconds(second), topic);
}

using StreamBert.Contracts;
using StreamBert.Gateway.Dashboard;

namespace StreamBert.Tests.Dashboard;

public sealed class TrendTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_later_revision_replaces_a_window_and_an_earlier_one_does_not()
    {
        var book = new TrendBook();
        book.Add(Window(0, 10, 10));
        book.Add(Window(0, 14, 10) with { Revision = 2 });
        book.Add(Window(0, 12, 10) with { Revision = 1 });

        Assert.Equal(14, Assert.Single(book.Windows(SeriesKey.All)).Labels["negative"]);
    }

    [Fact]
    public void Segments_stand_by_what_is_sure_not_by_what_is_few()
    {
        var book = new TrendBook();
        book.Add(Window(0, 0, 1));
        book.Add(Window(0, 3, 1, "topic=Rare"));
        book.Add(Window(0, 300, 100, "topic=Common"));
        book.Add(Window(0, 10, 90, "topic=Calm"));

        Assert.Equal(
            ["topic=Common", "topic=Rare", "topic=Calm"],
            book.Segments("negative", windows: 10).Select(static segment => segment.Segment));
    }

    [Fact]
    public void Segments_count_only_the_latest_windows()
    {
        var book = new TrendBook();
        for (var minute = 0; minute < 20; minute++)
        {
            book.Add(Window(minute, 1, 1));
            book.Add(Window(minute, minute < 15 ? 100 : 0, 10, "topic=Past"));
        }

        Assert.Equal(0, Assert.Single(book.Segments("negative", windows: 5)).Share.Selected);
    }

    [Fact]
    public void A_line_is_broken_where_windows_are_missing()
    {
        var geometry = new TrendGeometry([Window(0, 1, 1), Window(1, 1, 1), Window(4, 1, 1), Window(5, 1, 1)]);

        Assert.False(geometry.SideBySide);
        Assert.Equal(2, geometry.Line("negative").Count(static letter => letter == 'M'));
    }

    [Fact]
    public void Sparse_windows_stand_side_by_side()
    {
        var geometry = new TrendGeometry([Window(0, 1, 1), Window(1000, 1, 1), Window(5000, 1, 1)]);

        Assert.True(geometry.SideBySide);
        Assert.Equal([0, 100 / 3.0, 200 / 3.0], geometry.Points.Select(static point => point.Left));
    }

    [Fact]
    public void Names_at_the_line_ends_keep_their_distance()
    {
        var heights = new TrendGeometry([Window(0, 33, 34, positive: 33)]).Ends(gap: 8).Select(static end => end.Y).ToList();

        Assert.All(heights.Zip(heights.Skip(1)), static pair => Assert.True(pair.Second - pair.First >= 8 - 1e-9));
        Assert.InRange(heights[^1], 0, 100);
    }

    [Fact]
    public void An_alert_is_marked_over_the_windows_in_which_it_was_open()
    {
        var geometry = new TrendGeometry([.. Enumerable.Range(0, 10).Select(static minute => Window(minute, 1, 1))]);

        Assert.Equal((20.0, 30.0), geometry.SpanOf(Start.AddMinutes(2), Start.AddMinutes(5)));
        Assert.Null(geometry.SpanOf(Start.AddMinutes(-9), Start.AddMinutes(-5)));
    }

    private static TrendUpdated Window(int minute, long negative, long neutral, string segment = SeriesKey.All, long positive = 0) => new()
    {
        Series = new("financial-news", "sentiment", segment),
        Window = new(Start.AddMinutes(minute), Start.AddMinutes(minute + 1)),
        Count = negative + neutral + positive,
        Labels = new Dictionary<string, long> { ["negative"] = negative, ["neutral"] = neutral, ["positive"] = positive },
        MeanConfidence = 0.8,
    };
}

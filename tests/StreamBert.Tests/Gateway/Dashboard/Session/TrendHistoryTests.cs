using StreamBert.Contracts;
using StreamBert.Gateway.Dashboard.Session;

namespace StreamBert.Tests.Gateway.Dashboard.Session;

public sealed class TrendHistoryTests
{
    [Fact]
    public void A_later_revision_replaces_a_window_and_an_earlier_one_does_not()
    {
        var history = new TrendHistory();
        history.Add(TrendWindows.Create(0, 10, 10));
        history.Add(TrendWindows.Create(0, 14, 10) with { Revision = 2 });
        history.Add(TrendWindows.Create(0, 12, 10) with { Revision = 1 });

        Assert.Equal(14, Assert.Single(history.GetWindows(SeriesKey.All)).Labels["negative"]);
    }

    [Fact]
    public void Segments_are_ranked_by_the_lower_bound_so_that_few_texts_do_not_rank_first()
    {
        var history = new TrendHistory();
        history.Add(TrendWindows.Create(0, 0, 1));
        history.Add(TrendWindows.Create(0, 3, 1, "topic=Rare"));
        history.Add(TrendWindows.Create(0, 300, 100, "topic=Common"));
        history.Add(TrendWindows.Create(0, 10, 90, "topic=Calm"));

        Assert.Equal(
            ["topic=Common", "topic=Rare", "topic=Calm"],
            history.RankSegments("negative", windows: 10).Select(static segment => segment.Segment));
    }

    [Fact]
    public void Segments_are_ranked_over_the_latest_windows_only()
    {
        var history = new TrendHistory();
        for (var minute = 0; minute < 20; minute++)
        {
            history.Add(TrendWindows.Create(minute, 1, 1));
            history.Add(TrendWindows.Create(minute, minute < 15 ? 100 : 0, 10, "topic=Past"));
        }

        Assert.Equal(0, Assert.Single(history.RankSegments("negative", windows: 5)).Share.Selected);
    }
}

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
            history.RankSegments(TrendWindows.Negative, windows: 10).Select(static segment => segment.Segment));
    }

    [Fact]
    public void Segments_of_a_count_are_ranked_by_the_count_and_those_without_a_watched_label_by_their_texts()
    {
        var history = new TrendHistory();
        history.Add(TrendWindows.Create(0, 60, 500));
        history.Add(TrendWindows.Create(0, 20, 0, "topic=Few"));
        history.Add(TrendWindows.Create(0, 40, 100, "topic=Many"));
        history.Add(TrendWindows.Create(0, 0, 400, "topic=Most"));

        Assert.Equal(
            ["topic=Many", "topic=Few", "topic=Most"], Ranked(TrendWindows.Negative with { Measure = LabelMeasure.Count }));
        Assert.Equal(["topic=Most", "topic=Many", "topic=Few"], Ranked(TrendWindows.Negative with { Label = null }));

        IEnumerable<string> Ranked(ChartedLabel charted) =>
            history.RankSegments(charted, windows: 10).Select(static segment => segment.Segment);
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

        Assert.Equal(0, Assert.Single(history.RankSegments(TrendWindows.Negative, windows: 5)).Share.Selected);
    }
}

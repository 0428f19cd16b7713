using StreamBert.Gateway.Dashboard.Trends;

namespace StreamBert.Tests.Gateway.Dashboard.Trends;

public sealed class TrendGeometryTests
{
    [Fact]
    public void A_line_has_a_gap_where_windows_are_missing()
    {
        var geometry = CreateGeometry(0, 1, 4, 5);

        Assert.False(geometry.IsEvenlySpaced);
        Assert.Equal(2, geometry.Line("negative").Count(static letter => letter == 'M'));
    }

    [Fact]
    public void Sparse_windows_are_spaced_evenly()
    {
        var geometry = CreateGeometry(0, 1000, 5000);

        Assert.True(geometry.IsEvenlySpaced);
        Assert.Equal([0, 100 / 3.0, 200 / 3.0], geometry.Points.Select(static point => point.Left));
    }

    [Fact]
    public void Names_at_the_line_ends_keep_their_distance()
    {
        var geometry = new TrendGeometry([TrendWindows.Create(0, 33, 34, positive: 33)]);

        var heights = geometry.EndLabels(gap: 8).Select(static end => end.Y).ToList();

        Assert.All(heights.Zip(heights.Skip(1)), static pair => Assert.True(pair.Second - pair.First >= 8 - 1e-9));
        Assert.InRange(heights[^1], 0, 100);
    }

    [Fact]
    public void An_alert_is_marked_over_the_windows_in_which_it_was_firing()
    {
        var geometry = CreateGeometry([.. Enumerable.Range(0, 10)]);

        Assert.Equal((20.0, 30.0), geometry.GetAlertSpan(TrendWindows.Start.AddMinutes(2), TrendWindows.Start.AddMinutes(5)));
        Assert.Null(geometry.GetAlertSpan(TrendWindows.Start.AddMinutes(-9), TrendWindows.Start.AddMinutes(-5)));
    }

    private static TrendGeometry CreateGeometry(params int[] minutes) =>
        new([.. minutes.Select(static minute => TrendWindows.Create(minute, 1, 1))]);

    [Fact]
    public void The_baseline_of_a_label_is_drawn_where_there_is_one_with_the_band_of_usual_shares()
    {
        var windows = Enumerable.Range(0, 4).Select(static minute => TrendWindows.Create(minute, 5, 5) with
        {
            Expected = minute == 0 ? [] : [new("negative", 0.25, new(0.125, 0.375)), new(null, 10, new(4, 16))],
        });
        var chart = new TrendGeometry([.. windows]);

        Assert.Equal(3, chart.ExpectedLine("negative").Count(static character => character is 'M' or 'L'));
        Assert.Equal(6, chart.ExpectedBand("negative").Count(static character => character is 'M' or 'L'));
        Assert.Equal("", chart.ExpectedLine("positive"));
    }
}

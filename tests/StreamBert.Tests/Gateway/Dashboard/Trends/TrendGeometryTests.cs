using StreamBert.Contracts;
using StreamBert.Gateway.Dashboard.Display;
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
        var geometry = new TrendGeometry([TrendWindows.Create(0, 33, 34, positive: 33)], TrendWindows.Negative);

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

    [Fact]
    public void A_span_that_was_selected_by_dragging_covers_whole_windows()
    {
        var dense = CreateGeometry([.. Enumerable.Range(0, 10)]);
        var sparse = CreateGeometry(0, 1000, 5000, 9000);

        Assert.Equal(new(TrendWindows.Start.AddMinutes(2), TrendWindows.Start.AddMinutes(5)), dense.GetSpan(0.25, 0.45));
        Assert.Equal(new(TrendWindows.Start.AddMinutes(1000), TrendWindows.Start.AddMinutes(5001)), sparse.GetSpan(0.3, 0.7));
        Assert.Equal(new(TrendWindows.Start, TrendWindows.Start.AddMinutes(10)), dense.GetSpan(0, 1));
    }

    private static TrendGeometry CreateGeometry(params int[] minutes) =>
        new([.. minutes.Select(static minute => TrendWindows.Create(minute, 1, 1))], TrendWindows.Negative);

    [Fact]
    public void The_baseline_of_a_label_is_drawn_where_there_is_one_with_the_band_of_usual_shares()
    {
        var windows = Enumerable.Range(0, 4).Select(static minute => TrendWindows.Create(minute, 5, 5) with
        {
            Expected = minute == 0 ? [] : [new("negative", 0.25, new(0.125, 0.375)), new(null, 10, new(4, 16))],
        });
        var chart = new TrendGeometry([.. windows], TrendWindows.Negative);

        Assert.Equal(3, chart.ExpectedLine().Count(static character => character is 'M' or 'L'));
        Assert.Equal(6, chart.ExpectedBand().Count(static character => character is 'M' or 'L'));
        Assert.Equal("", new TrendGeometry([.. windows], TrendWindows.Negative with { Label = "positive" }).ExpectedLine());
    }

    [Fact]
    public void The_axis_fits_a_rare_label_and_labels_of_another_order_of_size_are_not_drawn()
    {
        var windows = Enumerable.Range(0, 10)
            .Select(static minute => TrendWindows.Create(minute, minute == 9 ? 100 : 20, 900, positive: 60));

        var chart = new TrendGeometry([.. windows], TrendWindows.Negative);

        Assert.Equal(["negative", "positive"], chart.Labels);
        Assert.Equal(1, chart.HiddenLabels);
        Assert.Equal(0.15, chart.Axis.Top, 12);
    }

    [Fact]
    public void A_count_is_drawn_as_a_number_of_texts_without_an_interval_and_with_its_own_baseline()
    {
        var window = TrendWindows.Create(0, 37, 500) with
        {
            Expected =
            [
                new("negative", 0.05, new(0, 0.1)) { Measure = LabelMeasure.Share },
                new("negative", 12, new(4, 20)) { Measure = LabelMeasure.Count },
            ],
        };

        var chart = new TrendGeometry([window], TrendWindows.Negative with { Measure = LabelMeasure.Count });

        Assert.Equal(new(37, null), chart.Points[0].Values["negative"]);
        Assert.Equal("", chart.Band("negative"));
        Assert.Equal(12, chart.ExpectedOf(window)?.Value);
        Assert.Equal([0, 10, 20, 30, 40], chart.Axis.Lines);
    }

    [Fact]
    public void A_head_with_many_labels_is_drawn_with_its_most_frequent_ones_in_different_colours()
    {
        var window = TrendWindows.Create(0, 1, 1) with
        {
            Count = 77 * 138,
            Labels = Enumerable.Range(0, 77).ToDictionary(static index => $"intent_{index}", static index => 100L + index),
        };

        var chart = new TrendGeometry([window], new("intent", "intent_0", LabelMeasure.Share));

        Assert.Equal(["intent_76", "intent_75", "intent_74", "intent_73", "intent_72", "intent_0"], chart.Labels);
        Assert.Equal(71, chart.HiddenLabels);
        Assert.Equal(chart.Labels.Count, chart.Labels.Select(chart.ClassOf).Distinct().Count());
        Assert.Equal(LabelStyle.Class("intent_0"), chart.ClassOf("intent_0"));
    }
}

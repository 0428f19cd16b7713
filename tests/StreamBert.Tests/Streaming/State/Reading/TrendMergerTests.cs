using StreamBert.Contracts;
using StreamBert.Streaming.State.Reading;

namespace StreamBert.Tests.Streaming.State.Reading;

public sealed class TrendMergerTests
{
    [Fact]
    public void Counts_add_up_and_means_are_weighted_by_the_number_of_texts()
    {
        var merged = Merge(
            Some.Trend(0, count: 30) with { MeanConfidence = 0.9, Stories = 10, Late = 2, Revision = 1 },
            Some.Trend(1, count: 10) with
            {
                MeanConfidence = 0.5,
                Stories = 4,
                Late = 1,
                Labels = new Dictionary<string, long> { ["negative"] = 4, ["positive"] = 6 },
            });

        Assert.Equal(
            (40L, (long?)14, 3L, 1, 0.8), (merged.Count, merged.Stories, merged.Late, merged.Revision, merged.MeanConfidence));
        Assert.Equal(new Dictionary<string, long> { ["negative"] = 34, ["positive"] = 6 }, merged.Labels);
    }

    [Fact]
    public void Stories_are_unknown_if_one_window_does_not_know_them() =>
        Assert.Null(Merge(Some.Trend(0) with { Stories = 3 }, Some.Trend(1)).Stories);

    [Fact]
    public void Expected_shares_are_averaged_and_expected_counts_add_up()
    {
        var merged = Merge(
            Some.Trend(0, count: 30) with { Expected = [Share(0.2, 0.1, 0.4), Count(6, 2, 12)] },
            Some.Trend(1, count: 10) with { Expected = [Share(0.6, 0.5, 0.8), Count(2, 1, 4)] });

        Assert.Equal([0.3, 0.2, 0.5], [merged.Expected[0].Value, merged.Expected[0].Interval.Low, merged.Expected[0].Interval.High],
            static (expected, actual) => Math.Abs(expected - actual) < 1e-12);
        Assert.Equal((8, new(3, 16)), (merged.Expected[1].Value, merged.Expected[1].Interval));
    }

    [Fact]
    public void An_expected_count_that_a_window_lacks_is_left_out_because_the_sum_would_be_too_low()
    {
        var merged = Merge(Some.Trend(0) with { Expected = [Share(0.2, 0.1, 0.4), Count(6, 2, 12)] }, Some.Trend(1));

        Assert.Equal(LabelMeasure.Share, Assert.Single(merged.Expected).Measure);
    }

    [Fact]
    public void Points_begin_at_multiples_of_their_span_before_1970_too()
    {
        var merger = new TrendMerger(TimeSpan.FromHours(1));
        var start = new DateTimeOffset(1969, 12, 31, 22, 58, 0, TimeSpan.Zero);
        foreach (var minute in Enumerable.Range(0, 63))
            merger.Add(Some.Trend(0) with { Window = new(start.AddMinutes(minute), start.AddMinutes(minute + 1)) });

        var points = merger.Complete();

        Assert.Equal([20L, 600, 10], points.Select(static point => point.Count));
        Assert.Equal([22, 23, 0], points.Select(static point => point.Window.Start.Hour));
        Assert.All(points, static point => Assert.Equal(TimeSpan.FromHours(1), point.Window.End - point.Window.Start));
    }

    [Theory]
    [InlineData(60, 241, 240, 120)]
    [InlineData(60, 1_000, 240, 300)]
    [InlineData(60, 100_000, 240, 43_200)]
    [InlineData(7, 1_000, 100, 77)]
    [InlineData(86_400, 9_000, 240, 91 * 86_400)]
    public void The_span_of_a_point_is_a_usual_one_if_it_is_a_multiple_of_the_window(int window, int windows, int points, int expected)
    {
        var size = TimeSpan.FromSeconds(window);

        Assert.Equal(TimeSpan.FromSeconds(expected), PointSpan.Choose(size, size * (windows - 1), points));
    }

    [Fact]
    public void There_are_never_more_points_than_wanted()
    {
        foreach (var points in Enumerable.Range(2, 60))
        {
            var span = PointSpan.Choose(TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(299), points);
            foreach (var offset in new[] { 0, 1, 7, 59 })
            {
                var merger = new TrendMerger(span);
                foreach (var minute in Enumerable.Range(offset, 300))
                    merger.Add(Some.Trend(minute));
                Assert.InRange(merger.Complete().Count, 1, points);
            }
        }
    }

    private static TrendUpdated Merge(params TrendUpdated[] windows)
    {
        var sum = new WindowSum(windows[0]);
        foreach (var window in windows[1..])
            sum.Add(window);
        return sum.ToWindow(windows[0].Window);
    }

    private static Expectation Share(double value, double low, double high) =>
        new("negative", value, new(low, high)) { Measure = LabelMeasure.Share };

    private static Expectation Count(double value, double low, double high) =>
        new("negative", value, new(low, high)) { Measure = LabelMeasure.Count };
}

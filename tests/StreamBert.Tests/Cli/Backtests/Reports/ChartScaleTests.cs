using StreamBert.Cli.Backtests.Charts;
using StreamBert.Cli.Backtests.Reports;
using StreamBert.Contracts;

namespace StreamBert.Tests.Cli.Backtests.Reports;

/// <summary>Tests the axes of charts.</summary>
public sealed class ChartScaleTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0, 8, "0|2|4|6|8")]
    [InlineData(0, 9, "0|2.5|5|7.5|10")]
    public void Numbers_begin_at_zero(double smallest, double largest, string ticks) =>
        Assert.Equal(ticks, string.Join('|', new ChartScale(new(Noon, Noon.AddDays(1)), largest, IsShare: false, smallest).Values()
            .Select(static tick => tick.Text)));

    [Theory]
    [InlineData(-101, -99)]
    [InlineData(10_000, 10_003)]
    [InlineData(-5, 1e6)]
    [InlineData(7, 7)]
    [InlineData(-1e300, 1e300)]
    public void Other_values_fill_the_chart_between_their_smallest_and_largest(double smallest, double largest)
    {
        var scale = ChartScale.Around([Point(largest), Point(smallest)], new(Noon, Noon.AddDays(1)));

        var (low, high) = (scale.Y(smallest), scale.Y(largest));
        Assert.InRange(low, ChartScale.Top, ChartScale.Height - ChartScale.Bottom);
        Assert.InRange(high, ChartScale.Top, low);
        if (largest > smallest)
            Assert.True(low - high > 0.4 * (ChartScale.Height - ChartScale.Top - ChartScale.Bottom), $"{low} to {high}");
        Assert.Equal(5, scale.Values().Select(static tick => tick.Value).Distinct().Count());
    }

    [Theory]
    [InlineData(1e290)]
    [InlineData(-1e290)]
    public void Values_beyond_the_largest_that_are_drawn_have_a_scale(double value) =>
        Assert.NotEmpty(ChartScale.Around([Point(value), Point(value)], new(Noon, Noon.AddDays(1))).Values());

    private static SeriesPoint Point(double value) => new(Noon, value, null, 0, 0);
}

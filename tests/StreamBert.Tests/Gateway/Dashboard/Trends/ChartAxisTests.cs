using StreamBert.Contracts;
using StreamBert.Gateway.Dashboard.Trends;

namespace StreamBert.Tests.Gateway.Dashboard.Trends;

public sealed class ChartAxisTests
{
    [Theory]
    [InlineData(0, 0.01)]
    [InlineData(0.021, 0.03)]
    [InlineData(0.12, 0.15)]
    [InlineData(0.3, 0.4)]
    [InlineData(0.75, 1)]
    [InlineData(1, 1)]
    public void The_axis_of_shares_ends_above_the_highest_and_never_above_100_percent(double highest, double top) =>
        Assert.Equal(top, ChartAxis.Of(highest, LabelMeasure.Share).Top, 12);

    [Theory]
    [InlineData(0, 1)]
    [InlineData(3, 4)]
    [InlineData(37, 40)]
    [InlineData(4_200, 5_000)]
    public void The_axis_of_counts_has_whole_steps(double highest, double top)
    {
        var axis = ChartAxis.Of(highest, LabelMeasure.Count);

        Assert.Equal(top, axis.Top, 9);
        Assert.All(axis.Lines, static line => Assert.Equal(Math.Round(line), line));
    }

    [Fact]
    public void Every_axis_holds_its_highest_value_in_at_most_five_steps()
    {
        for (var highest = 0.001; highest < 1e6; highest *= 1.07)
        {
            var axis = ChartAxis.Of(highest, LabelMeasure.Count);
            Assert.True(axis.Top >= highest && axis.Lines.Count is >= 2 and <= 6, $"{highest}: {string.Join(' ', axis.Lines)}");
        }
    }
}

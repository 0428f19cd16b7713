using StreamBert.Contracts;
using StreamBert.Gateway.Dashboard.Trends;
using StreamBert.Streaming.State.Queries;

namespace StreamBert.Tests.Gateway.Dashboard.Trends;

public sealed class ChartRangeTests
{
    private static readonly DateTimeOffset Start = new(1987, 10, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TrendExtent Stored = new(Start, Start.AddDays(30));
    private static readonly TimeWindow Day = new(Start.AddDays(10), Start.AddDays(11));

    [Fact]
    public void A_span_ends_with_the_newest_window_and_not_with_the_present()
    {
        Assert.Equal((Start.AddDays(29) + Minute, null), ChartRange.Named("day").Resolve(Stored, Minute));
        Assert.Equal((null, null), ChartRange.All.Resolve(Stored, Minute));
        Assert.Equal((Day.Start, Day.End), ChartRange.Between(Day.Start, Day.End).Resolve(Stored, Minute));
    }

    [Fact]
    public void A_range_moves_by_its_length_and_is_zoomed_around_its_middle()
    {
        Assert.Equal(Between(9, 10), ChartRange.Move(Day, -1));
        Assert.Equal(Between(11, 12), ChartRange.Move(Day, 1));
        Assert.Equal(Between(10.25, 10.75), ChartRange.ZoomIn(Day));
        Assert.Equal(Between(9.5, 11.5), ChartRange.ZoomOut(Day, Stored));
    }

    [Fact]
    public void A_range_that_is_zoomed_out_to_everything_is_all_windows() =>
        Assert.Equal(ChartRange.All, ChartRange.ZoomOut(new(Start.AddDays(1), Start.AddDays(29)), Stored));

    [Fact]
    public void A_range_does_not_leave_the_times_that_can_be_represented() =>
        Assert.Equal(DateTimeOffset.MinValue, ChartRange.Move(new(DateTimeOffset.MinValue.AddDays(1), Start), -1).From);

    private static ChartRange Between(double from, double to) => ChartRange.Between(Start.AddDays(from), Start.AddDays(to));
}

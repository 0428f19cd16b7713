using System.Globalization;
using StreamBert.Alerting.Routing;

namespace StreamBert.Tests.Alerting.Routing;

/// <summary>Tests times of the week in a time zone.</summary>
public sealed class TimeIntervalTests
{
    private static readonly TimeIntervalOptions Office = new()
    {
        Name = "office",
        Days = { DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday, DayOfWeek.Thursday, DayOfWeek.Friday },
        From = new(9, 0),
        To = new(17, 0),
        TimeZone = "Europe/Berlin",
    };

    private static readonly TimeIntervalOptions Night = new()
    {
        Name = "night",
        Days = { DayOfWeek.Friday },
        From = new(22, 0),
        To = new(6, 0),
    };

    [Theory]
    [InlineData("2026-01-05T07:59:59Z", false)] // 08:59:59 in winter
    [InlineData("2026-01-05T08:00:00Z", true)]
    [InlineData("2026-01-05T15:59:59Z", true)]
    [InlineData("2026-01-05T16:00:00Z", false)]
    [InlineData("2026-07-06T07:00:00Z", true)] // summer time
    [InlineData("2026-01-10T10:00:00Z", false)] // a Saturday
    public void Office_hours_follow_the_days_and_the_time_zone(string time, bool expected) =>
        Assert.Equal(expected, new TimeInterval(Office).Contains(DateTimeOffset.Parse(time, CultureInfo.InvariantCulture)));

    [Theory]
    [InlineData("2026-01-09T21:59:59Z", false)]
    [InlineData("2026-01-09T22:00:00Z", true)] // Friday
    [InlineData("2026-01-10T05:59:59Z", true)] // Saturday morning belongs to the night of Friday
    [InlineData("2026-01-10T06:00:00Z", false)]
    [InlineData("2026-01-10T23:00:00Z", false)]
    public void An_interval_over_midnight_belongs_to_the_day_on_which_it_begins(string time, bool expected) =>
        Assert.Equal(expected, new TimeInterval(Night).Contains(DateTimeOffset.Parse(time, CultureInfo.InvariantCulture)));

    [Fact]
    public void An_interval_without_times_is_the_whole_day() =>
        Assert.True(new TimeInterval(new() { Name = "always" }).Contains(AlertingBench.Start));
}

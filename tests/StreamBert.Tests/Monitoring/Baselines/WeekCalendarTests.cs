using System.Globalization;
using StreamBert.Contracts;
using StreamBert.Monitoring.Baselines;

namespace StreamBert.Tests.Monitoring.Baselines;

public sealed class WeekCalendarTests
{
    private static readonly WeekCalendar Berlin = new(new MonitorRules { TimeZone = "Europe/Berlin", Holidays = [new(2026, 12, 25)] });

    [Theory]
    [InlineData("2026-03-02T00:00:00+01:00", 0, 0)] // Monday
    [InlineData("2026-03-06T23:59:59+01:00", 119, 23)] // Friday
    [InlineData("2026-03-07T00:00:00+01:00", 120, 24)] // Saturday
    [InlineData("2026-03-08T23:00:00+01:00", 167, 47)] // Sunday
    [InlineData("2026-03-01T23:30:00Z", 0, 0)] // Sunday in UTC, Monday in Berlin
    public void The_hour_of_the_week_is_local(string time, int hourOfWeek, int hourOfDay)
    {
        var slot = Berlin.SlotOf(DateTimeOffset.Parse(time, CultureInfo.InvariantCulture));

        Assert.Equal((hourOfWeek, hourOfDay), (slot.HourOfWeek, slot.HourOfDay));
        Assert.Equal(hourOfDay, WeekCalendar.HourOfDay(hourOfWeek));
    }

    [Fact]
    public void A_holiday_counts_as_a_Sunday_of_its_week()
    {
        var friday = Berlin.SlotOf(new(2026, 12, 25, 9, 0, 0, TimeSpan.FromHours(1)));

        Assert.Equal((6 * 24 + 9, 24 + 9), (friday.HourOfWeek, friday.HourOfDay));
        Assert.Equal(Berlin.SlotOf(new(2026, 12, 24, 9, 0, 0, TimeSpan.FromHours(1))).Week, friday.Week);
    }

    [Fact]
    public void Daylight_saving_time_skips_an_hour_in_spring_and_repeats_one_in_autumn()
    {
        var spring = Hours(new(2026, 3, 29, 0, 0, 0, TimeSpan.Zero), 3); // Sunday, 1:00 to 3:00 in winter time
        var autumn = Hours(new(2026, 10, 25, 0, 0, 0, TimeSpan.Zero), 3); // Sunday, 2:00 to 4:00 in summer time

        Assert.Equal([145, 147, 148], spring);
        Assert.Equal([146, 146, 147], autumn);
    }

    [Fact]
    public void A_week_begins_on_Monday()
    {
        var sunday = Berlin.SlotOf(new(2026, 3, 8, 12, 0, 0, TimeSpan.Zero));
        var monday = Berlin.SlotOf(new(2026, 3, 9, 12, 0, 0, TimeSpan.Zero));

        Assert.Equal(sunday.Week + 1, monday.Week);
    }

    private static int[] Hours(DateTimeOffset start, int count) =>
        [.. Enumerable.Range(0, count).Select(hour => Berlin.SlotOf(start.AddHours(hour)).HourOfWeek)];
}

using StreamBert.Contracts;
using StreamBert.Monitoring.Assessments;
using static StreamBert.Tests.Monitoring.Volume.VolumeHarness;

namespace StreamBert.Tests.Monitoring.Volume;

/// <summary>Regular changes of the rate are expected: of the day, the week, holidays and office hours.</summary>
public sealed class VolumeSeasonTests
{
    private static readonly DateTimeOffset Noon = Monday.AddDays(8).AddHours(12);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Three_weeks_of_trading_days_and_weekends_raise_nothing_from_the_first_day_on(int seed) =>
        Assert.Empty(new VolumeHarness(seed).FeedUntil(Monday.AddDays(21), TradingDay).Raised);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void An_open_that_jitters_by_half_an_hour_raises_nothing(int seed)
    {
        var random = new Random(seed);
        var jitter = Enumerable.Range(0, 30).Select(_ => TimeSpan.FromMinutes(random.Next(-30, 31))).ToArray();

        var harness = new VolumeHarness(seed).FeedUntil(
            Monday.AddDays(14), time => TradingDay(time + jitter[(time - Monday).Days]));

        Assert.Empty(harness.Raised);
    }

    [Fact]
    public void A_holiday_is_expected_to_be_like_a_sunday()
    {
        static double Rate(DateTimeOffset time) => (time - Monday).Days == 15 ? 0 : TradingDay(time) - (IsWeekend(time) ? 2 : 0);
        var rules = new MonitorRules { Holidays = [DateOnly.FromDateTime(Monday.AddDays(15).DateTime)] };

        var (with, without) = (new VolumeHarness(1, rules: rules), new VolumeHarness(1));

        Assert.DoesNotContain(Play(with), IsHoliday);
        Assert.Contains(Play(without), IsHoliday);

        static List<Transition.Raised> Play(VolumeHarness harness) => harness.FeedUntil(Monday.AddDays(17), Rate).Raised;
        static bool IsHoliday(Transition.Raised raised) => raised.At > Monday.AddDays(15) && raised.At <= Monday.AddDays(16);
        static bool IsWeekend(DateTimeOffset time) => time.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday;
    }

    [Fact]
    public void Windows_of_an_hour_follow_the_same_day_and_find_a_death_in_the_second_hour()
    {
        var harness = new VolumeHarness(1, TimeSpan.FromHours(1)).FeedUntil(Noon, TradingDay);
        Assert.Empty(harness.Raised);

        harness.FeedUntil(Noon.AddHours(2), static _ => 0);

        Assert.Equal(AlertKinds.VolumeSilence, Assert.Single(harness.Raised).Alert.Kind);
    }

    [Fact]
    public void A_source_with_office_hours_is_silent_at_night_and_at_weekends_without_an_alarm_after_the_first_nights()
    {
        static double OfficeHours(DateTimeOffset time) =>
            time.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday || time.Hour is < 8 or >= 18 ? 0 : 10;

        var harness = new VolumeHarness(1).FeedUntil(Monday.AddDays(28), OfficeHours);

        Assert.InRange(harness.Raised.Count, 0, 4); // two nights and two weekends
        Assert.All(harness.Raised, static raised => Assert.True(raised.At < Monday.AddDays(14)));
        harness.FeedUntil(Monday.AddDays(28).AddHours(12), OfficeHours).FeedUntil(Monday.AddDays(28).AddHours(13), static _ => 0);
        Assert.Equal(Monday.AddDays(28).AddHours(12), harness.Raised[^1].At, TimeSpan.FromMinutes(10));
    }
}

using StreamBert.Contracts;
using StreamBert.Monitoring.Assessments;
using StreamBert.Monitoring.Volume;
using static StreamBert.Tests.Monitoring.Volume.VolumeHarness;

namespace StreamBert.Tests.Monitoring.Volume;

public sealed class VolumeDetectorTests
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
    public void Independent_texts_stay_within_twice_the_budget_of_one_false_alarm_a_week_and_kind()
    {
        var (surges, silences) = (0, 0);
        foreach (var rate in new[] { 0.1, 0.5, 3, 30 })
        {
            var harness = new VolumeHarness(7).FeedUntil(Monday.AddDays(14), _ => rate);
            (surges, silences) = (surges + harness.Count(AlertKinds.VolumeSurge), silences + harness.Count(AlertKinds.VolumeSilence));
        }

        Assert.InRange(surges, 0, 2 * 8);
        Assert.InRange(silences, 0, 2 * 8);
    }

    [Theory]
    [InlineData(80, 3)] // the noon death of a trading-day feed
    [InlineData(3, 10)]
    [InlineData(300, 3)]
    [InlineData(0.5, 60)]
    public void The_death_of_a_source_is_raised_soon_at_any_rate(double rate, int windows)
    {
        for (var seed = 0; seed < 5; seed++)
        {
            var harness = new VolumeHarness(seed).FeedUntil(Noon, time => rate == 80 ? TradingDay(time) : rate);
            harness.FeedUntil(Noon.AddMinutes(windows), static _ => 0);

            Assert.Contains(harness.Raised, raised => raised.Alert.Kind == AlertKinds.VolumeSilence && raised.At > Noon);
        }
    }

    [Fact]
    public void A_silence_of_three_days_stays_firing_is_not_learned_and_its_end_is_no_surge()
    {
        var harness = new VolumeHarness(1).FeedUntil(Noon, TradingDay);
        var (return1, end) = (Noon.AddDays(3), Noon.AddDays(6));

        harness.FeedUntil(return1, static _ => 0);
        Assert.Equal(AlertKinds.VolumeSilence, Assert.Single(harness.Transitions).Alert.Kind);
        harness.FeedUntil(end, TradingDay);

        Assert.IsType<Transition.Cleared>(harness.Transitions[1]);
        Assert.InRange(harness.Transitions[1].At, return1, return1.AddMinutes(3));
        Assert.Equal(2, harness.Transitions.Count);
        harness.FeedUntil(end.AddMinutes(3), static _ => 0);
        Assert.IsType<Transition.Raised>(harness.Transitions[2]); // at noon on Tuesday as before
    }

    [Fact]
    public void A_few_stragglers_do_not_end_a_silence()
    {
        var harness = new VolumeHarness(1).FeedUntil(Noon, TradingDay);
        harness.FeedUntil(Noon.AddMinutes(10), static _ => 0);

        harness.FeedUntil(Noon.AddHours(3), static time => time.Minute % 10 == 0 ? 4 : 0);

        Assert.Single(harness.Transitions);
    }

    [Fact]
    public void A_silence_is_judged_by_its_whole_length_although_windows_are_skipped()
    {
        var harness = new VolumeHarness(1).FeedUntil(Noon, static _ => 0.05);

        for (var window = 0; window < 30; window++)
            harness.Feed(0);
        Assert.Empty(harness.Raised);
        harness.Now = Noon.AddHours(20);
        harness.Feed(0);

        var silence = Assert.Single(harness.Raised);
        Assert.InRange((silence.Assessment.Evidence.Window.End - silence.Assessment.Evidence.Window.Start).TotalHours, 20, 22);
    }

    [Fact]
    public void A_threefold_rate_of_a_slow_source_is_raised_within_an_hour_and_one_of_a_fast_source_within_minutes()
    {
        foreach (var (rate, minutes) in new[] { (3.0, 60), (80.0, 5) })
        {
            var harness = new VolumeHarness(3).FeedUntil(Noon, _ => rate);
            harness.FeedUntil(Noon.AddMinutes(minutes), _ => 3 * rate);

            Assert.Equal(AlertKinds.VolumeSurge, Assert.Single(harness.Raised).Alert.Kind);
        }
    }

    [Fact]
    public void A_rate_that_stays_high_is_adopted_after_a_day_with_its_daily_cycle()
    {
        var harness = new VolumeHarness(2).FeedUntil(Noon, TradingDay);

        harness.FeedUntil(Noon.AddDays(21), static time => 5 * TradingDay(time));

        Assert.All(harness.Raised, static raised => Assert.Equal(AlertKinds.VolumeSurge, raised.Alert.Kind));
        Assert.True(harness.Raised.Count > 0);
        Assert.DoesNotContain(harness.Raised, static raised => raised.At > Noon.AddDays(7));
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

    [Fact]
    public void Windows_of_an_hour_follow_the_same_day_and_find_a_death_in_the_second_hour()
    {
        var harness = new VolumeHarness(1, TimeSpan.FromHours(1)).FeedUntil(Noon, TradingDay);
        Assert.Empty(harness.Raised);

        harness.FeedUntil(Noon.AddHours(2), static _ => 0);

        Assert.Equal(AlertKinds.VolumeSilence, Assert.Single(harness.Raised).Alert.Kind);
    }

    [Fact]
    public void A_segment_that_dies_is_raised_while_the_pipeline_continues()
    {
        var rules = new MonitorRules { Segments = ["source"], Volume = new() { Segments = ["source"] } };
        var harness = new VolumeHarness(1, rules: rules) { Segments = { ["source=a"] = 0.3, ["source=b"] = 0.7 } };
        harness.FeedUntil(Noon, TradingDay);
        Assert.Empty(harness.Raised);

        harness.Segments["source=a"] = 0;
        harness.FeedUntil(Noon.AddMinutes(5), TradingDay);

        Assert.Equal("source=a", Assert.Single(harness.Raised).Alert.Series.Segment);
    }

    [Fact]
    public void Copies_of_one_story_are_no_surge()
    {
        var harness = new VolumeHarness(1).FeedUntil(Noon, TradingDay);

        for (var window = 0; window < 10; window++)
            harness.Feed(600, clusters: 80);

        Assert.Empty(harness.Raised);
    }

    [Fact]
    public void Late_texts_withdraw_a_silence_before_it_is_raised_and_complete_a_surge()
    {
        var harness = new VolumeHarness(1).FeedUntil(Noon, static _ => 3);
        harness.Feed(0);
        harness.Feed(0);
        harness.Feed(0);
        harness.Revise(1, 3);
        harness.Feed(0);
        harness.Feed(1);
        Assert.Empty(harness.Raised);

        harness.FeedUntil(Noon.AddHours(1), static _ => 3);
        Assert.Empty(harness.Revise(1, 40));
        Assert.IsType<Transition.Raised>(Assert.Single(harness.Revise(0, 40)));
    }

    [Fact]
    public void The_message_states_the_age_of_a_young_baseline()
    {
        var harness = new VolumeHarness(1).FeedUntil(Monday.AddDays(2).AddHours(12), TradingDay);
        harness.FeedUntil(harness.Now.AddMinutes(3), static _ => 0);

        var evidence = Assert.IsType<VolumeEvidence>(Assert.Single(harness.Raised).Assessment.Evidence);
        Assert.Equal(60, evidence.BaselineAge!.Value.TotalHours, tolerance: 0.1);
        Assert.True(evidence.IsCritical);
    }

    [Fact]
    public void The_interval_of_a_window_covers_ninety_five_percent_of_the_windows_of_an_unchanged_stream()
    {
        var harness = new VolumeHarness(4).FeedUntil(Monday.AddDays(4), static _ => 30);
        var (covered, total) = (0, 2000);
        for (var window = 0; window < total; window++)
        {
            harness.FeedUntil(harness.Now.AddMinutes(1), static _ => 30);
            var expectation = harness.Last.Evidence.Expectation!;
            covered += harness.LastTexts >= expectation.Interval.Low && harness.LastTexts <= expectation.Interval.High ? 1 : 0;
        }

        Assert.InRange(covered / (double)total, 0.93, 0.98);
    }
}

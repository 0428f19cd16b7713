using StreamBert.Contracts;
using StreamBert.Monitoring.Assessments;
using static StreamBert.Tests.Monitoring.Volume.VolumeHarness;

namespace StreamBert.Tests.Monitoring.Volume;

/// <summary>A surge of stories is raised soon at any rate; one that lasts is adopted.</summary>
public sealed class VolumeSurgeTests
{
    private static readonly DateTimeOffset Noon = Monday.AddDays(8).AddHours(12);

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
}

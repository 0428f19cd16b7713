using StreamBert.Contracts;
using StreamBert.Monitoring.Assessments;
using StreamBert.Monitoring.Volume;
using static StreamBert.Tests.Monitoring.Volume.VolumeHarness;

namespace StreamBert.Tests.Monitoring.Volume;

/// <summary>A silence is raised soon at any rate, stays until texts return, and is not learned.</summary>
public sealed class VolumeSilenceTests
{
    private static readonly DateTimeOffset Noon = Monday.AddDays(8).AddHours(12);

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

    [Theory]
    [InlineData(0.1, 0)]
    [InlineData(0.5, 1)]
    [InlineData(0.6, 1)]
    public void A_fall_to_30_percent_is_a_silence_if_the_rule_says_so_and_ends_when_the_texts_return(double ratio, int silences)
    {
        for (var seed = 0; seed < 5; seed++)
        {
            var harness = new VolumeHarness(seed, rules: new() { Volume = new() { SilenceRatio = ratio } }).FeedUntil(Noon, static _ => 60);
            harness.FeedUntil(Noon.AddMinutes(15), static _ => 18);
            harness.FeedUntil(Noon.AddHours(1), static _ => 60);

            Assert.Equal(silences, harness.Raised.Count);
            Assert.Equal(2 * silences, harness.Transitions.Count);
            Assert.All(harness.Raised, static raised => Assert.InRange(raised.At, Noon, Noon.AddMinutes(3)));
            Assert.All(harness.Transitions.Skip(1), static cleared =>
                Assert.InRange(cleared.At, Noon.AddMinutes(15), Noon.AddMinutes(20)));
        }
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
    public void The_message_states_the_age_of_a_young_baseline()
    {
        var harness = new VolumeHarness(1).FeedUntil(Monday.AddDays(2).AddHours(12), TradingDay);
        harness.FeedUntil(harness.Now.AddMinutes(3), static _ => 0);

        var evidence = Assert.IsType<VolumeEvidence>(Assert.Single(harness.Raised).Assessment.Evidence);
        Assert.Equal(60, evidence.BaselineAge!.Value.TotalHours, tolerance: 0.1);
        Assert.True(evidence.IsCritical);
    }
}

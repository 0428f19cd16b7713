using StreamBert.Contracts;
using StreamBert.Monitoring.Surges;
using StreamBert.Tests.Monitoring.Composition;

namespace StreamBert.Tests.Monitoring.Surges;

public sealed class SurgeTests
{
    [Fact]
    public void A_surge_fires_in_its_second_window_and_is_resolved_in_the_second_after_it()
    {
        var bench = new DetectorBench(11);
        var said = new List<string>();
        for (var i = 0; i < 30; i++)
            said.AddRange(bench.Feed(40, 4, 0.2, surgeInFirst: i is >= 20 and < 24 ? 0.75 : double.NaN).Select(kind => $"{i}:{kind}"));

        Assert.Equal([$"21:{AlertKinds.NegativeSurge}", $"25:-{AlertKinds.NegativeSurge}"], said);
    }

    [Fact]
    public void With_few_texts_two_windows_are_judged_together()
    {
        var bench = new DetectorBench(12);
        var said = new List<string>();
        for (var i = 0; i < 30; i++)
            said.AddRange(bench.Feed(20, 4, 0.2, surgeInFirst: i is >= 20 and < 24 ? 0.8 : double.NaN).Select(kind => $"{i}:{kind}"));

        Assert.Equal([$"22:{AlertKinds.NegativeSurge}", $"26:-{AlertKinds.NegativeSurge}"], said);
    }

    [Fact]
    public void A_surge_never_becomes_part_of_what_is_normal()
    {
        var bench = new DetectorBench(13);
        for (var i = 0; i < 40; i++)
            bench.Feed(40, 4, 0.2);
        var before = bench.State.Shares["topic=0"].Share!.Value;
        for (var i = 0; i < 60; i++)
            bench.Feed(40, 4, 0.2, surgeInFirst: 0.7);

        Assert.Equal(before, bench.State.Shares["topic=0"].Share!.Value, 1);
        Assert.True(bench.State.Shares["topic=0"].Share < 0.25);
    }

    [Fact]
    public void A_rise_below_the_least_lift_is_no_surge_however_sure_it_is()
    {
        var bench = new DetectorBench(14);
        for (var i = 0; i < 60; i++)
            bench.Feed(400, 2, i < 30 ? 0.2 : 0.3);

        Assert.Equal(0, bench.Alarms(AlertKinds.NegativeSurge));
    }

    [Fact]
    public void A_young_series_is_expected_to_be_like_its_pipeline()
    {
        var options = new NegativeSurgeOptions();
        var young = new ShareBaseline { Positive = 4, Total = 5, Windows = 1 };
        var old = new ShareBaseline { Positive = 400, Total = 500, Windows = 50 };

        Assert.InRange(young.Judge(10, 30, 0.2, options).Expected, 0.25, 0.4);
        Assert.InRange(old.Judge(10, 30, 0.2, options).Expected, 0.7, 0.8);
        Assert.True(new ShareBaseline { Positive = 1, Total = 5 }.Judge(20, 30, 0.2, options).PValue > new ShareBaseline
        {
            Positive = 100,
            Total = 500
        }.Judge(20, 30, 0.2, options).PValue);
    }

    [Fact]
    public void Over_dispersed_counts_widen_what_counts_as_normal()
    {
        var (steady, bursty) = (new VolumeBaseline(), new VolumeBaseline());
        for (var i = 0; i < 100; i++)
        {
            steady.Update(new(default, 100 + i % 2), false, 60);
            bursty.Update(new(default, i % 4 == 0 ? 250 : 50), false, 60);
        }

        Assert.Equal(steady.Mean, bursty.Mean, tolerance: 5.0);
        Assert.True(bursty.Variance(0.15) > 10 * steady.Variance(0.15));
    }

    [Theory]
    [InlineData(0.0, AlertKinds.VolumeSilence)]
    [InlineData(80.0, AlertKinds.VolumeSurge)]
    public void A_silence_and_a_flood_fire_in_their_second_window(double meanPerSegment, string kind)
    {
        var bench = new DetectorBench(15);
        for (var i = 0; i < 20; i++)
            bench.Feed(20, 5, 0.2);

        Assert.Empty(bench.Feed(meanPerSegment, 5, 0.2));
        Assert.Equal([kind], bench.Feed(meanPerSegment, 5, 0.2));
        Assert.Empty(bench.Feed(20, 5, 0.2));
        Assert.Equal([$"-{kind}"], bench.Feed(20, 5, 0.2));
    }
}

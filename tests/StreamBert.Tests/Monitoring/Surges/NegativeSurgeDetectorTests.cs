using StreamBert.Contracts;
using StreamBert.Tests.Monitoring.Analysis;

namespace StreamBert.Tests.Monitoring.Surges;

public sealed class NegativeSurgeDetectorTests
{
    [Fact]
    public void A_surge_fires_in_its_second_window_and_is_resolved_in_the_second_after_it()
    {
        var harness = new DetectorHarness(11);
        var changes = new List<string>();
        for (var i = 0; i < 30; i++)
            changes.AddRange(harness.Feed(40, 4, 0.2, surgeInFirst: i is >= 20 and < 24 ? 0.75 : double.NaN).Select(kind => $"{i}:{kind}"));

        Assert.Equal([$"21:{AlertKinds.LabelSurge}", $"25:-{AlertKinds.LabelSurge}"], changes);
    }

    [Fact]
    public void With_few_texts_two_windows_are_assessed_together()
    {
        var harness = new DetectorHarness(12);
        var changes = new List<string>();
        for (var i = 0; i < 30; i++)
            changes.AddRange(harness.Feed(20, 4, 0.2, surgeInFirst: i is >= 20 and < 24 ? 0.8 : double.NaN).Select(kind => $"{i}:{kind}"));

        Assert.Equal([$"22:{AlertKinds.LabelSurge}", $"26:-{AlertKinds.LabelSurge}"], changes);
    }

    [Fact]
    public void A_surge_never_becomes_part_of_the_baseline()
    {
        var harness = new DetectorHarness(13);
        for (var i = 0; i < 40; i++)
            harness.Feed(40, 4, 0.2);
        var before = harness.State.Shares["topic=0"].Share!.Value;
        for (var i = 0; i < 60; i++)
            harness.Feed(40, 4, 0.2, surgeInFirst: 0.7);

        Assert.Equal(before, harness.State.Shares["topic=0"].Share!.Value, 1);
        Assert.True(harness.State.Shares["topic=0"].Share < 0.25);
    }

    [Fact]
    public void A_rise_below_the_minimum_lift_is_no_surge_however_significant_it_is()
    {
        var harness = new DetectorHarness(14);
        for (var i = 0; i < 60; i++)
            harness.Feed(400, 2, i < 30 ? 0.2 : 0.3);

        Assert.Equal(0, harness.Alarms(AlertKinds.LabelSurge));
    }
}

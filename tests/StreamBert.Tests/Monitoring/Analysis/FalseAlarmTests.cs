using StreamBert.Contracts;

namespace StreamBert.Tests.Monitoring.Analysis;

/// <summary>Plays long streams without a change: the budget is one false alarm per week, kind and pipeline.</summary>
public sealed class FalseAlarmTests
{
    private const int WindowsInADay = 24 * 360;

    [Theory]
    [InlineData(1, 7, 17, 2, 0.2)]
    [InlineData(2, 1, 20, 8, 0.2)] // two windows of a segment are just enough
    [InlineData(3, 1, 40, 4, 0.05)] // a rare label
    public void Days_without_a_change_raise_at_most_one_alert_of_each_kind(
        int seed, int days, double meanPerSegment, int segments, double negative)
    {
        var harness = new DetectorHarness(seed);
        for (var i = 0; i < days * WindowsInADay; i++)
            harness.Feed(meanPerSegment, segments, negative);

        Assert.InRange(harness.Alarms(AlertKinds.LabelSurge), 0, 1);
        Assert.InRange(harness.Alarms(AlertKinds.VolumeSurge), 0, 1);
        Assert.InRange(harness.Alarms(AlertKinds.VolumeSilence), 0, 1);
        Assert.InRange(harness.Alarms(AlertKinds.LabelDrift), 0, 1);
        Assert.InRange(harness.Alarms(AlertKinds.ConfidenceDrift), 0, 1);
        var before = harness.Alarms(AlertKinds.LabelSurge);
        for (var i = 0; i < 30; i++)
            harness.Feed(meanPerSegment, segments, negative + 0.5);
        Assert.True(harness.Alarms(AlertKinds.LabelSurge) > before, "a monitor that keeps silent is not calibrated");
    }

    [Fact]
    public void A_share_that_varies_a_little_and_a_daily_cycle_of_volume_raise_no_alert()
    {
        var harness = new DetectorHarness(5);
        var random = new Random(5);
        for (var i = 0; i < WindowsInADay; i++)
        {
            var cycle = 1 + 0.7 * Math.Sin(2 * Math.PI * i / (24 * 360));
            harness.Feed(15 * cycle, 6, 0.2 + 0.03 * (random.NextDouble() - 0.5) + 0.02 * Math.Sin(2 * Math.PI * i / 500));
        }

        foreach (var kind in new[] {
            AlertKinds.LabelSurge,
            AlertKinds.VolumeSurge,
            AlertKinds.VolumeSilence,
            AlertKinds.LabelDrift,
            AlertKinds.ConfidenceDrift })
        {
            Assert.Equal(0, harness.Alarms(kind));
        }
    }
}

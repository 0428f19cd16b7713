using StreamBert.Contracts;
using StreamBert.Tests.Monitoring.Analysis;

namespace StreamBert.Tests.Monitoring.Drift;

public sealed class DriftDetectorTests
{
    [Fact]
    public void A_shift_that_lasts_is_raised_and_cleared_in_these_windows()
    {
        var harness = new DetectorHarness(21);
        var changes = new List<string>();
        for (var i = 0; i < 80; i++)
        {
            changes.AddRange(harness.Feed(60, 5, i is >= 20 and < 45 ? 0.45 : 0.2)
                .Where(static kind => kind.Contains("drift", StringComparison.Ordinal))
                .Select(kind => $"{i}:{kind}"));
        }

        Assert.Equal([$"30:{AlertKinds.LabelDrift}", $"56:-{AlertKinds.LabelDrift}"], changes);
    }

    [Fact]
    public void A_shift_as_short_as_a_surge_raises_no_alert()
    {
        var harness = new DetectorHarness(22);
        for (var i = 0; i < 60; i++)
            harness.Feed(60, 5, i is >= 20 and < 24 ? 0.45 : 0.2);

        Assert.Equal(0, harness.Alarms(AlertKinds.LabelDrift));
    }

    [Fact]
    public void The_reference_contains_no_windows_of_a_surge()
    {
        var harness = new DetectorHarness(23);
        harness.State.Alerts["other"] = new() { Kind = AlertKinds.LabelSurge, FiringId = "other@1" };
        for (var i = 0; i < 20; i++)
            harness.Feed(60, 5, 0.2);

        Assert.Equal(0, harness.State.Drift["sentiment"].Reference.Windows);
    }

    [Fact]
    public void A_decrease_of_confidence_is_raised_in_this_window()
    {
        var harness = new DetectorHarness(24);
        var changes = new List<string>();
        for (var i = 0; i < 50; i++)
            changes.AddRange(harness.Feed(60, 5, 0.2, meanConfidence: i >= 20 ? 0.7 : 0.8).Select(kind => $"{i}:{kind}"));

        Assert.Equal([$"29:{AlertKinds.ConfidenceDrift}"], changes);
    }
}

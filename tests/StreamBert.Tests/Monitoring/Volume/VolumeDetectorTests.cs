using StreamBert.Contracts;
using StreamBert.Tests.Monitoring.Analysis;

namespace StreamBert.Tests.Monitoring.Volume;

public sealed class VolumeDetectorTests
{
    [Theory]
    [InlineData(0.0, AlertKinds.VolumeSilence)]
    [InlineData(80.0, AlertKinds.VolumeSurge)]
    public void A_silence_and_a_surge_are_raised_in_their_second_window(double meanPerSegment, string kind)
    {
        var harness = new DetectorHarness(15);
        for (var i = 0; i < 20; i++)
            harness.Feed(20, 5, 0.2);

        Assert.Empty(harness.Feed(meanPerSegment, 5, 0.2));
        Assert.Equal([kind], harness.Feed(meanPerSegment, 5, 0.2));
        Assert.Empty(harness.Feed(20, 5, 0.2));
        Assert.Equal([$"-{kind}"], harness.Feed(20, 5, 0.2));
    }
}

using StreamBert.Monitoring.Volume;

namespace StreamBert.Tests.Monitoring.Volume;

public sealed class VolumeBaselineTests
{
    [Fact]
    public void Over_dispersed_counts_increase_the_variance()
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
}

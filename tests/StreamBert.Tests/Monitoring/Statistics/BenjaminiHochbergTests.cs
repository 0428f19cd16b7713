using StreamBert.Monitoring.Statistics;

namespace StreamBert.Tests.Monitoring.Statistics;

public sealed class BenjaminiHochbergTests
{
    [Fact]
    public void The_four_p_values_of_the_paper_s_example_are_rejected()
    {
        double[] p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0];

        Assert.Equal(0.0095, BenjaminiHochberg.Threshold(p, 0.05));
    }

    [Fact]
    public void The_threshold_is_negative_if_nothing_is_rejected() => Assert.True(BenjaminiHochberg.Threshold([0.2, 0.5], 0.05) < 0);
}

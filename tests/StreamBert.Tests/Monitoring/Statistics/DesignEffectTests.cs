using StreamBert.Monitoring.Statistics;

namespace StreamBert.Tests.Monitoring.Statistics;

public sealed class DesignEffectTests
{
    /// <summary>Ten clusters of four texts: 1 + 3ρ by Kish's formula.</summary>
    [Theory]
    [InlineData(0, 40)]
    [InlineData(0.5, 16)]
    [InlineData(1, 10)]
    public void Texts_of_equal_clusters_are_worth_what_Kish_says(double intraclass, double effective) =>
        Assert.Equal(effective, DesignEffect.EffectiveCount(40, 10 * 16, intraclass));
}

using StreamBert.Monitoring.Fairness;

namespace StreamBert.Tests.Monitoring.Fairness;

public sealed class ClusterFilterTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_cluster_is_new_once_and_again_after_two_periods()
    {
        var filter = new ClusterFilter();

        Assert.True(filter.Add(7, Start));
        Assert.False(filter.Add(7, Start.AddHours(5)));
        Assert.False(filter.Add(7, Start.AddHours(7)));
        Assert.True(filter.Add(7, Start.AddHours(13)));
    }

    [Fact]
    public void False_positives_are_as_rare_as_the_formula_of_Bloom_says()
    {
        var filter = new ClusterFilter();
        for (ulong key = 0; key < 5000; key++)
            filter.Add(key, Start);

        var repeated = 0;
        for (ulong key = 1_000_000; key < 1_002_000; key++)
            repeated += filter.Add(key, Start) ? 0 : 1;

        // (1 − e^(−3n/65536))³ is 0.86 % at 5,000 keys and 1.98 % at 7,000: 28 of 2,000 on average.
        Assert.InRange(repeated, 10, 46);
    }
}

using StreamBert.Monitoring.Statistics;

namespace StreamBert.Tests.Monitoring.Statistics;

public sealed class EBenjaminiHochbergTests
{
    /// <summary>With four e-values at level 0.1 the limits for k = 1…4 are 40, 20, 13.3 and 10, by hand.</summary>
    [Theory]
    [InlineData(new[] { 50.0, 21, 13, 1 }, 21)]
    [InlineData(new[] { 39.0, 21, 13.4, 1 }, 13.4)]
    [InlineData(new[] { 10.0, 10, 10, 10 }, 10)]
    [InlineData(new[] { 39.0, 19, 13, 9 }, double.PositiveInfinity)]
    public void The_largest_k_whose_e_value_reaches_its_limit_is_rejected(double[] values, double smallestRejected) =>
        Assert.Equal(Math.Log(smallestRejected), EBenjaminiHochberg.LogThreshold(values.Select(static e => Math.Log(e)), 0.1));

    [Fact]
    public void Without_comparisons_nothing_is_rejected() =>
        Assert.Equal(double.PositiveInfinity, EBenjaminiHochberg.LogThreshold([], 0.1));
}

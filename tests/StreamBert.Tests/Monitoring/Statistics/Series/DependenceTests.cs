using CsCheck;
using StreamBert.Monitoring.Statistics.Series;

namespace StreamBert.Tests.Monitoring.Statistics.Series;

public sealed class DependenceTests
{
    [Fact]
    public void The_inflation_is_the_sum_over_the_lags() =>
        Gen.Select(Gen.Double[0, 0.9], Gen.Double[0, 0.99], Gen.Int[1, 300]).Sample(static (rho, decay, windows) =>
        {
            var sum = 1 + 2 * Enumerable.Range(1, windows - 1).Sum(lag => (1 - (double)lag / windows) * rho * Math.Pow(decay, lag - 1));
            Assert.Equal(sum, new Dependence(rho, decay).Inflation(windows), 1e-6 * sum);
        });
}

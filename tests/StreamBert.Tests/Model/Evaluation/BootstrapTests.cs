using StreamBert.Model.Evaluation;

namespace StreamBert.Tests.Model.Evaluation;

public sealed class BootstrapTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.5, 2.5)]
    [InlineData(1, 4)]
    public void A_quantile_is_interpolated(double share, double expected) =>
        Assert.Equal(expected, Bootstrap.Quantile([1, 2, 3, 4], share));

    /// <summary>Oracle: the mean of n uniform numbers has the standard error 1 / √(12 n).</summary>
    [Fact]
    public void The_percentiles_of_a_mean_are_those_of_theory()
    {
        var values = Enumerable.Range(0, 300).Select(static i => (i + 0.5) / 300).ToArray();

        var interval = Bootstrap.Percentiles(Bootstrap.Draw(300, indices => indices.Average(i => values[i])), tail: 0.05);

        var half = 1.645 / Math.Sqrt(12 * 300);
        Assert.InRange(interval.Low, 0.5 - 1.1 * half, 0.5 - 0.9 * half);
        Assert.InRange(interval.High, 0.5 + 0.9 * half, 0.5 + 1.1 * half);
    }
}

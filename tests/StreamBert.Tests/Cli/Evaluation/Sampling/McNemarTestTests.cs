using System.Numerics;
using StreamBert.Cli.Evaluation.Sampling;

namespace StreamBert.Tests.Cli.Evaluation.Sampling;

public sealed class McNemarTestTests
{
    /// <summary>The example of Fay's R package exact2x2: b = 2, c = 9, p = 0.06543.</summary>
    [Fact]
    public void The_p_value_of_a_published_example_is_reproduced() => Assert.Equal(0.06543, new McNemarTest(2, 9).PValue, 5);

    [Theory]
    [InlineData(0, 0, 1)]
    [InlineData(0, 1, 1)]
    [InlineData(0, 6, 1 / 32.0)]
    [InlineData(5, 5, 1)]
    public void Closed_forms_are_reproduced(int first, int second, double expected) =>
        Assert.Equal(expected, new McNemarTest(first, second).PValue, 12);

    /// <summary>Oracle: every assignment of n items to the two models, each equally likely.</summary>
    [Fact]
    public void The_p_value_is_the_share_of_assignments_that_are_at_least_as_uneven()
    {
        const int n = 11;
        for (var first = 0; first <= n; first++)
        {
            var uneven = Math.Abs(n - 2 * first);
            var extreme = Enumerable.Range(0, 1 << n).Count(bits => Math.Abs(n - 2 * BitOperations.PopCount((uint)bits)) >= uneven);

            Assert.Equal(extreme / (double)(1 << n), new McNemarTest(first, n - first).PValue, 12);
        }
    }

    [Fact]
    public void Thousands_of_differences_neither_underflow_nor_overflow()
    {
        Assert.Equal(1, new McNemarTest(5000, 5000).PValue, 9);
        // The normal approximation with continuity correction: z = (99 / sqrt(9900)).
        Assert.Equal(0.3197, new McNemarTest(4900, 5000).PValue, 3);
    }
}

using System.Numerics;
using StreamBert.Contracts;
using StreamBert.Model.Evaluation;

namespace StreamBert.Tests.Model.Evaluation;

public sealed class PairedComparisonTests
{
    /// <summary>The example of Fay's R package exact2x2: b = 2, c = 9, p = 0.06543.</summary>
    [Fact]
    public void The_p_value_of_a_published_example_is_reproduced() => Assert.Equal(0.06543, Differing(2, 9).PValue, 5);

    [Theory]
    [InlineData(0, 0, 1)]
    [InlineData(0, 1, 1)]
    [InlineData(0, 6, 1 / 32.0)]
    [InlineData(5, 5, 1)]
    public void Closed_forms_are_reproduced(int first, int second, double expected) =>
        Assert.Equal(expected, Differing(first, second).PValue, 12);

    /// <summary>Oracle: every assignment of n items to the two models, each equally likely.</summary>
    [Fact]
    public void The_p_value_is_the_share_of_assignments_that_are_at_least_as_uneven()
    {
        const int n = 11;
        for (var first = 0; first <= n; first++)
        {
            var uneven = Math.Abs(n - 2 * first);
            var extreme = Enumerable.Range(0, 1 << n).Count(bits => Math.Abs(n - 2 * BitOperations.PopCount((uint)bits)) >= uneven);

            Assert.Equal(extreme / (double)(1 << n), Differing(first, n - first).PValue, 12);
        }
    }

    [Fact]
    public void Thousands_of_differences_neither_underflow_nor_overflow()
    {
        Assert.Equal(1, Differing(5000, 5000).PValue, 9);
        // The normal approximation with continuity correction: z = (99 / sqrt(9900)).
        Assert.Equal(0.3197, Differing(4900, 5000).PValue, 3);
    }

    [Theory]
    [InlineData(0, 0, 1)]
    [InlineData(0, 5, 1 / 32.0)]
    [InlineData(1, 3, 5 / 16.0)]
    [InlineData(5, 0, 1)]
    public void The_p_value_of_a_gain_is_a_tail_of_coin_tosses(int lost, int gained, double expected) =>
        Assert.Equal(expected, Differing(lost, gained).PValueOfGain, 12);

    /// <summary>Closed form for items on which both agree: z² / (n + z²), as in Wilson's interval of 0 out of n.</summary>
    [Theory]
    [InlineData(10)]
    [InlineData(150)]
    public void Where_no_item_differs_the_interval_has_the_closed_form(int count)
    {
        var interval = new PairedComparison(count, 0, 0).ScoreInterval(WilsonInterval.OneSided95);

        Assert.Equal(WilsonInterval.UpperBound(0, count), interval.High, 9);
        Assert.Equal(-interval.High, interval.Low, 12);
    }

    /// <summary>Oracle: at an end of the interval that is 0 the score is McNemar's, (c − b) / √(b + c).</summary>
    [Fact]
    public void The_lower_end_is_zero_where_the_score_of_no_difference_is_the_quantile()
    {
        var comparison = new PairedComparison(200, 10, 26);

        Assert.Equal(0, comparison.ScoreInterval(16 / Math.Sqrt(36)).Low, 9);
    }

    /// <summary>Oracle: the normal interval d ± z √(b + c − (c − b)² / n) / n, for many items.</summary>
    [Fact]
    public void For_many_items_the_interval_is_the_normal_one()
    {
        var interval = new PairedComparison(100_000, 3000, 4000).ScoreInterval(1.96);

        var half = 1.96 * Math.Sqrt(7000 - 1e6 / 1e5) / 1e5;
        Assert.Equal(0.01 - half, interval.Low, 5);
        Assert.Equal(0.01 + half, interval.High, 5);
    }

    /// <summary>Oracle: simulation. A model that loses exactly the margin must seldom seem to lose less.</summary>
    [Theory]
    [InlineData(300, 0.02, 0)]
    [InlineData(300, 0.05, 0.03)]
    [InlineData(1000, 0.04, 0.02)]
    public void The_lower_end_exceeds_the_true_difference_in_about_five_percent(int count, double lost, double gained)
    {
        const int trials = 4000;
        var random = new Random(7);
        var exceeded = 0;
        for (var i = 0; i < trials; i++)
        {
            var draws = Enumerable.Range(0, count).Select(_ => random.NextDouble()).ToList();
            var comparison = new PairedComparison(
                count, draws.Count(draw => draw < lost), draws.Count(draw => draw >= lost && draw < lost + gained));
            if (comparison.ScoreInterval(WilsonInterval.OneSided95).Low > gained - lost)
                exceeded++;
        }

        Assert.InRange(exceeded / (double)trials, 0.02, 0.065);
    }

    private static PairedComparison Differing(int first, int second) => new(first + second, first, second);
}

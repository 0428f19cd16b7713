using StreamBert.Training.Gates;

namespace StreamBert.Tests.Training.Gates;

public sealed class SlowdownTests
{
    /// <summary>
    /// Oracle: cumulative binomial probabilities of ½. At most 0 of 5: 1/32; 1 of 8: 9/256; 1 of 10: 11/1024; 5 of 20: 0.0207. One more
    /// exceeds 5 % each time.
    /// </summary>
    [Theory]
    [InlineData(5, 1)]
    [InlineData(8, 2)]
    [InlineData(10, 2)]
    [InlineData(20, 6)]
    public void The_bounds_of_the_median_are_the_order_statistics_of_the_sign_test(int rounds, int rank)
    {
        var slowdown = Slowdown.Of(Enumerable.Range(1, rounds).Select(static ratio => (double)ratio))!;

        Assert.Equal(
            ((rounds + 1) / 2.0, rank, rounds + 1 - rank), (slowdown.Median, slowdown.Interval.Low, slowdown.Interval.High));
    }

    [Fact]
    public void Rounds_that_other_load_delays_do_not_show_a_slowdown()
    {
        var slowdown = Slowdown.Of([40, 1, 25, 1, 1, 60, 1, 1, 30])!;

        Assert.Equal((1, 1), (slowdown.Median, slowdown.Interval.Low));
    }

    [Fact]
    public void Four_rounds_show_nothing() => Assert.Null(Slowdown.Of([3, 3, 3, 3]));
}

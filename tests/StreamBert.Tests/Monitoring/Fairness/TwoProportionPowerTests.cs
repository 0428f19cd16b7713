using StreamBert.Monitoring.Fairness;

namespace StreamBert.Tests.Monitoring.Fairness;

public sealed class TwoProportionPowerTests
{
    [Theory] // (z₀.₉₇₅ + z₀.₈)² = 7.8489; by hand: 7.8489 · (0.09 + 0.1275) / 0.0025 = 682.9 and 7.8489 · (0.09 + 0.16) / 0.01 = 196.2
    [InlineData(0.90, 0.85, 683)]
    [InlineData(0.9, 0.8, 196)]
    [InlineData(0.5, 0.4, 385)]
    [InlineData(0.2, 0.2, int.MaxValue)]
    public void The_needed_number_is_that_of_the_closed_form(double rate, double other, long needed) =>
        Assert.Equal(needed, TwoProportionPower.RequiredPerGroup(rate, other));

    [Fact]
    public void Both_directions_of_a_difference_are_found()
    {
        Assert.Equal(TwoProportionPower.RequiredPerGroup(0.2, 0.3), TwoProportionPower.RequiredForDifference(0.2, 0.1));
        Assert.Equal(TwoProportionPower.RequiredPerGroup(0.8, 0.7), TwoProportionPower.RequiredForDifference(0.8, 0.1));
        Assert.InRange(TwoProportionPower.RequiredForDifference(0, 0.1), 1, 100); // the rate cannot fall below 0
    }

    [Theory]
    [InlineData(0.9, 0.8)]
    [InlineData(0.2, 0.3)]
    public void With_the_needed_number_a_z_test_finds_the_difference_in_four_of_five_samples(double rate, double other)
    {
        var needed = (int)TwoProportionPower.RequiredPerGroup(rate, other);
        var (random, found) = (new Random(4), 0);
        for (var sample = 0; sample < 2000; sample++)
        {
            double a = Draw(random, needed, rate), b = Draw(random, needed, other);
            found += Math.Abs(a - b) > 1.96 * Math.Sqrt((a * (1 - a) + b * (1 - b)) / needed) ? 1 : 0;
        }

        Assert.InRange(found / 2000.0, 0.77, 0.84); // three standard errors of a simulation are 0.027
    }

    private static double Draw(Random random, int count, double rate) =>
        Enumerable.Range(0, count).Count(_ => random.NextDouble() < rate) / (double)count;
}

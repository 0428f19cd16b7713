using StreamBert.Model.Evaluation.Responsibility;

namespace StreamBert.Tests.Model.Evaluation.Responsibility;

public sealed class MembershipAttackTests
{
    /// <summary>A model without any memory has the same losses on texts that it was trained on.</summary>
    [Fact]
    public void Losses_of_one_distribution_give_no_advantage()
    {
        var risk = MembershipAttack.Run(Losses(1, 2000, 1), Losses(2, 2000, 1));

        Assert.True(risk.Value < 0.05, $"θ = {risk.Value}");
        Assert.InRange(0, risk.Interval.Low, risk.Interval.High);
    }

    /// <summary>
    /// Oracle: with exponential losses of means 1/4 and 1 the largest difference of the distribution functions is at ln(4)/3, where it is
    /// 4^(−1/3) − 4^(−4/3) = 0.472.
    /// </summary>
    [Fact]
    public void The_advantage_is_the_largest_difference_of_the_distributions()
    {
        var risk = MembershipAttack.Run(Losses(1, 4000, 0.25), Losses(2, 4000, 1));

        Assert.InRange(risk.Value, 0.472 - 0.03, 0.472 + 0.03);
        Assert.InRange(0.472, risk.Interval.Low, risk.Interval.High);
    }

    [Fact]
    public void A_model_that_knows_its_training_texts_by_heart_is_found_out() =>
        Assert.Equal(1, MembershipAttack.Run([.. Enumerable.Repeat(0.0, 100)], [.. Enumerable.Repeat(2.0, 100)]).Value);

    private static List<double> Losses(int seed, int count, double mean)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => -mean * Math.Log(1 - random.NextDouble()))];
    }
}

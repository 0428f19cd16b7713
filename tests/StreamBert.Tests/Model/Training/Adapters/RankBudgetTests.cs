using StreamBert.Model.Training.Adapters.RankAllocation;

namespace StreamBert.Tests.Model.Training.Adapters;

public sealed class RankBudgetTests
{
    private static readonly RankBudget Budget = new(Initial: 120, Target: 80, WarmUpFraction: 0.1, FinalFraction: 0.3);

    /// <summary>Equation 12 of Zhang et al. 2023 by hand: 80 + 40 · (1 − (t − 10) / 60)³, rounded down.</summary>
    [Theory]
    [InlineData(1, 120)]
    [InlineData(10, 120)]
    [InlineData(25, 96)] // 40 · 0.75³ = 16.9
    [InlineData(40, 85)] // 40 · 0.5³ = 5
    [InlineData(55, 80)] // 40 · 0.25³ = 0.6
    [InlineData(70, 80)]
    [InlineData(100, 80)]
    public void The_rank_falls_with_the_cube_of_the_remaining_steps(int step, int expected) =>
        Assert.Equal(expected, Budget.GetRank(step, steps: 100));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(1000)]
    public void The_last_step_has_the_target(int steps)
    {
        Assert.Equal(80, Budget.GetRank(steps, steps));
        Assert.True(Budget.IsFinal(steps, steps));
        Assert.False(Budget.IsFinal(0, 1000));
    }
}

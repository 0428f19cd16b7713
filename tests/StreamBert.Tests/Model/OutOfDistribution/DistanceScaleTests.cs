using StreamBert.Model.OutOfDistribution;

namespace StreamBert.Tests.Model.OutOfDistribution;

public sealed class DistanceScaleTests
{
    private static readonly DistanceScale Scale = DistanceScale.Fit(Enumerable.Range(0, 1001).Select(static i => (float)i));

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(0, 0)]
    [InlineData(100, 0.1)]
    [InlineData(505, 0.505)]
    [InlineData(900, 0.9)]
    public void The_score_is_the_share_of_held_out_distances_that_are_smaller(float distance, double score) =>
        Assert.Equal(score, Scale.GetScore(distance), 0.0011);

    /// <summary>The mean excess over 900 of 901, …, 1000 is 50.5.</summary>
    [Fact]
    public void The_tail_is_exponential()
    {
        Assert.Equal(1 - 0.1 * Math.Exp(-1), Scale.GetScore(950.5f), 1e-4);
        Assert.InRange(Scale.GetScore(5000), 0.9999, 1);
    }

    [Fact]
    public void Values_restore_the_scale_and_equal_distances_are_accepted()
    {
        var restored = DistanceScale.Create([.. Scale.Values]);

        Assert.Equal(DistanceScale.ValueCount, Scale.Values.Count());
        Assert.Equal(Scale.GetScore(333.3f), restored.GetScore(333.3f));
        var constant = DistanceScale.Fit(Enumerable.Repeat(2f, 60));
        Assert.Equal((0, 0, 1), (constant.GetScore(1), constant.GetScore(2), constant.GetScore(3)));
    }
}

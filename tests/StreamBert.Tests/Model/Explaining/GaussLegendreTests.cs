using StreamBert.Model.Explaining;

namespace StreamBert.Tests.Model.Explaining;

public sealed class GaussLegendreTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(50)]
    [InlineData(400)]
    public void Polynomials_up_to_twice_the_points_are_integrated_exactly(int points)
    {
        var rule = GaussLegendre.CreateRule(points);

        Assert.All(
            (int[])[0, 1, points, 2 * points - 1],
            degree => Assert.Equal(1.0 / (degree + 1), rule.Sum(step => step.Weight * Math.Pow(step.Point, degree)), 1e-12));
        Assert.All(rule, static step => Assert.InRange(step.Point, 0, 1));
    }
}

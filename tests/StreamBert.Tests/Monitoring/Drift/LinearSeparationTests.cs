using StreamBert.Monitoring.Drift;

namespace StreamBert.Tests.Monitoring.Drift;

public sealed class LinearSeparationTests
{
    /// <summary>The oracle is the area between two normal distributions, Φ(d/√2) for a distance of d standard deviations.</summary>
    [Theory]
    [InlineData(0.5, 0.638)]
    [InlineData(1, 0.760)]
    [InlineData(2, 0.921)]
    public void The_area_between_normal_samples_matches_the_closed_form(double distance, double area)
    {
        var random = new Random(2);
        float[][] first = [.. Enumerable.Range(0, 4000).Select(_ => Row(random, distance))];
        float[][] second = [.. Enumerable.Range(0, 4000).Select(_ => Row(random, 0))];

        Assert.InRange(LinearSeparation.Of(first, second).Area, area - 0.015, area + 0.015);
    }

    /// <summary>
    /// The oracle is ½: forty pairs of samples of one population. On the fitted rows the mean area is Φ(√(p(1/n + 1/m)/2)) = 0.67.
    /// </summary>
    [Fact]
    public void Small_samples_without_a_difference_are_not_separated_by_the_fit()
    {
        var random = new Random(3);
        double[] areas = [.. Enumerable.Range(0, 40).Select(_ => LinearSeparation.Of(Rows(120), Rows(30)).Area)];

        Assert.InRange(areas.Order().ElementAt(20), 0.5, 0.56);
        Assert.True(areas.Count(static area => area >= 0.6) < 14);

        float[][] Rows(int count) =>
            [.. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, 4).SelectMany(_ => Row(random, 0)).Take(9).ToArray())];
    }

    [Fact]
    public void Equal_rows_are_not_separated()
    {
        float[][] rows = [.. Enumerable.Repeat(new[] { 1f, 2f }, 10)];

        Assert.Equal(0.5, LinearSeparation.Of(rows, rows).Area, 6);
    }

    /// <summary>Returns four values with a shift of the first two, of the stated length in all.</summary>
    private static float[] Row(Random random, double distance) =>
        [.. Enumerable.Range(0, 4).Select(i => (float)(Normal(random) + (i < 2 ? distance / Math.Sqrt(2) : 0)))];

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}

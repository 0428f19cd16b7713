using MathNet.Numerics.Distributions;
using StreamBert.Monitoring.Statistics.TwoSample;

namespace StreamBert.Tests.Monitoring.Statistics.TwoSample;

public sealed class TwoSampleTests
{
    /// <summary>The oracle counts pairs.</summary>
    [Fact]
    public void The_area_under_the_curve_is_the_share_of_ordered_pairs()
    {
        var random = new Random(1);
        var rows = Enumerable.Range(0, 60).Select(_ => (Score: (double)random.Next(20), IsPositive: random.Next(3) == 0)).ToList();
        var pairs = rows.Where(static a => a.IsPositive).SelectMany(a => rows.Where(static b => !b.IsPositive)
            .Select(b => a.Score > b.Score ? 1 : a.Score == b.Score ? 0.5 : 0));

        var area = AreaUnderCurve.Of([.. rows.Select(static row => row.Score)], [.. rows.Select(static row => row.IsPositive)]);
        Assert.Equal(pairs.Average(), area, 9);
    }

    /// <summary>With one binary feature the weights are log odds in closed form; the penalty shrinks them a little.</summary>
    [Fact]
    public void The_regression_on_one_binary_feature_gives_the_log_odds()
    {
        var rows = Enumerable.Range(0, 4000).Select(static i => new double[] { i < 2000 ? 0 : 1 }).ToList();
        var weights = LogisticRegression.Fit(rows, [.. Enumerable.Range(0, 4000).Select(static i => i % 2000 < (i < 2000 ? 400 : 1200))]);

        Assert.Equal(Math.Log(0.25), weights[1], 0.01);
        Assert.Equal(Math.Log(1.5) - Math.Log(0.25), weights[0], 0.01);
    }

    /// <summary>Two normal samples whose means differ by d in one direction have the area Φ(d/√2) for the best direction.</summary>
    [Fact]
    public void The_domain_classifier_finds_a_shift_with_the_area_of_theory()
    {
        var (area, p) = DomainClassifier.Test(Sample(400, 8, 0, seed: 1), Sample(400, 8, 1, seed: 2), seed: 3, permutations: 39);

        Assert.Equal(Normal.CDF(0, 1, 1 / Math.Sqrt(2)), area, 0.04);
        Assert.Equal(1 / 40.0, p);
    }

    [Fact]
    public void Without_a_difference_the_area_is_a_half_and_the_p_values_are_uniform()
    {
        var tests = Enumerable.Range(0, 40).Select(static seed =>
            DomainClassifier.Test(Sample(60, 4, 0, seed), Sample(60, 4, 0, 1000 + seed), seed, minimumArea: 0, permutations: 39)).ToList();
        var (areas, pValues) = (tests.Select(static test => test.Area).ToList(), tests.Select(static test => test.PValue).ToList());

        Assert.InRange(areas.Average(), 0.45, 0.53);
        Assert.InRange(pValues.Count(static p => p <= 0.25), 3, 18); // binomial(40, ¼)
    }

    [Fact]
    public void A_small_area_needs_no_permutation() =>
        Assert.Equal(1, DomainClassifier.Test(Sample(100, 4, 0, 1), Sample(100, 4, 0, 2), 3).PValue);

    /// <summary>The estimate is unbiased, so without a shift it is 0 on average.</summary>
    [Fact]
    public void The_mean_discrepancy_is_zero_on_average_and_finds_a_shift()
    {
        var clean = Enumerable.Range(0, 30)
            .Select(static i => MeanDiscrepancy.Test(Sample(40, 3, 0, i), Sample(40, 3, 0, 1000 + i), i, permutations: 39)).ToList();
        var shifted = MeanDiscrepancy.Test(Sample(100, 3, 0, 1), Sample(100, 3, 0.8, 2), 3);

        Assert.Equal(0, clean.Average(static test => test.Squared), 0.004);
        Assert.InRange(clean.Count(static test => test.PValue <= 0.25), 2, 15); // binomial(30, ¼)
        Assert.Equal(0.005, shifted.PValue);
    }

    /// <summary>In closed form: with all distances equal to the median the kernel is e⁻¹ everywhere and MMD² is 0.</summary>
    [Fact]
    public void Four_equidistant_rows_have_no_discrepancy()
    {
        float[][] corners = [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]];

        Assert.Equal(0, MeanDiscrepancy.Test(corners[..2], corners[2..], 1, permutations: 5).Squared, 6);
    }

    /// <summary>Normal rows; the first feature is shifted.</summary>
    private static List<float[]> Sample(int rows, int features, double shift, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, rows).Select(_ => Enumerable.Range(0, features)
            .Select(feature => (float)Normal.Sample(random, feature == 0 ? shift : 0, 1)).ToArray())];
    }
}

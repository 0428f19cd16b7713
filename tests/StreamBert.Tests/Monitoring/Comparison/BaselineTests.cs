namespace StreamBert.Tests.Monitoring.Comparison;

/// <summary>Checks the methods of other libraries against values by hand.</summary>
public sealed class BaselineTests
{
    /// <summary>After 1,000 zeros each one adds about 1 − δ − n/(1000 + n): the sum exceeds 50 at the 53rd.</summary>
    [Fact]
    public void Page_and_Hinkley_find_a_jump_when_the_sum_exceeds_50()
    {
        var test = new PageHinkley();
        for (var i = 0; i < 1000; i++)
            Assert.False(test.Add(0));

        Assert.Equal(52, Enumerable.Range(1, 200).First(_ => test.Add(1)), 1.0);
    }

    [Fact]
    public void Kswin_finds_a_jump_within_its_last_30_values()
    {
        var (test, random) = (new Kswin(1), new Random(2));
        for (var i = 0; i < 100; i++)
            test.Add(random.NextDouble());

        Assert.InRange(Enumerable.Range(1, 200).First(_ => test.Add(5 + random.NextDouble())), 8, 30);
    }

    [Fact]
    public void Three_sigma_judges_by_the_mean_and_deviation_so_far()
    {
        var rule = new ThreeSigma();
        for (var i = 0; i < 100; i++)
            Assert.False(rule.Add(i % 2 == 0 ? 9 : 11)); // mean 10, standard deviation 1.005

        Assert.False(rule.Add(12.9));
        Assert.True(rule.Add(13.5));
    }

    [Fact]
    public void The_distances_of_Evidently_have_their_values_by_hand()
    {
        Assert.Equal(Math.Sqrt(Math.Log(2)), EvidentlyReference.JensenShannon([(1, 0), (0, 1)]), 9);
        Assert.Equal(0, EvidentlyReference.JensenShannon([(0.4, 0.4), (0.6, 0.6)]), 9);
        Assert.Equal(2, EvidentlyReference.Wasserstein([0, 1, 2], [2, 3, 4]), 9);
    }

    /// <summary>χ² of 60 : 40 among 100 against 50 : 50 is 4, beyond 3.84; of 58 : 42 it is 2.56.</summary>
    [Theory]
    [InlineData(60, true)]
    [InlineData(58, false)]
    public void A_small_reference_is_compared_by_chi_square(int selected, bool hasDrifted) => Assert.Equal(
        hasDrifted,
        new EvidentlyReference(Labels(500, 500), [.. Enumerable.Repeat(0.0, 1000)]).HaveLabelsDrifted(Labels(selected, 100 - selected)));

    /// <summary>By hand: the empirical distributions of {1,2,3,4} and {3,4,5,6,7} differ most below 3 (2/4) and at 4 (1 − 2/5).</summary>
    [Fact]
    public void The_distance_of_Kolmogorov_and_Smirnov_is_the_largest_difference_of_the_distributions()
    {
        Assert.Equal(0.6, KolmogorovSmirnov.Test([1, 2, 3, 4], [7, 6, 5, 4, 3]).Distance, 9);
        Assert.Equal((0, 1), KolmogorovSmirnov.Test([1, 1, 2], [1, 2, 1]));
        Assert.Equal((0, 1), KolmogorovSmirnov.Test([], [1]));
    }

    [Theory]
    [InlineData(1.358, 0.05)]
    [InlineData(1.628, 0.01)]
    public void The_tail_of_kolmogorov_and_smirnov_matches_the_tables(double lambda, double p) =>
        Assert.Equal(p, KolmogorovSmirnov.Upper(lambda / Math.Sqrt(5e5), 1_000_000, 1_000_000), 3);

    private static List<string> Labels(int a, int b) => [.. Enumerable.Repeat("a", a), .. Enumerable.Repeat("b", b)];
}

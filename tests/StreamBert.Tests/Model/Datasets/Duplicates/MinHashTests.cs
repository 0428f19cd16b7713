using StreamBert.Model.Datasets.Duplicates;

namespace StreamBert.Tests.Model.Datasets.Duplicates;

/// <summary>The share of equal minima estimates the exact Jaccard similarity with the variance of a binomial share (Broder 1997).</summary>
public sealed class MinHashTests
{
    private const int Functions = 4000;

    [Theory]
    [InlineData(0, 50, 50)]
    [InlineData(10, 20, 10)]
    [InlineData(30, 5, 5)]
    [InlineData(80, 10, 10)]
    [InlineData(1, 0, 9)]
    [InlineData(25, 0, 0)]
    public void The_share_of_equal_minima_is_the_similarity_within_four_standard_errors(int common, int onlyFirst, int onlySecond)
    {
        var (first, second) = (Set(0, common + onlyFirst), Set(onlyFirst, common + onlySecond));
        var similarity = (double)common / (common + onlyFirst + onlySecond);
        var hash = new MinHash(seed: 1);

        var estimate = Enumerable.Range(0, Functions).Count(i => hash.Minimum(first, i) == hash.Minimum(second, i)) / (double)Functions;

        Assert.InRange(Math.Abs(estimate - similarity), 0, 4 * Math.Sqrt(similarity * (1 - similarity) / Functions));
    }

    [Fact]
    public void Each_element_of_a_set_has_the_minimum_equally_often()
    {
        var set = Set(0, 10);
        var hash = new MinHash(seed: 2);

        var counts = Enumerable.Range(0, Functions)
            .CountBy(i => Array.FindIndex(set, element => hash.Minimum([element], i) == hash.Minimum(set, i)));

        // χ² with 9 degrees of freedom exceeds 27.9 with probability 0.001.
        var expected = Functions / 10.0;
        Assert.InRange(counts.Sum(count => (count.Value - expected) * (count.Value - expected) / expected), 0, 27.9);
    }

    [Fact]
    public void A_seed_selects_the_functions()
    {
        var set = Set(0, 10);

        Assert.Equal(new MinHash(1).Minimum(set, 3), new MinHash(1).Minimum(set, 3));
        Assert.NotEqual(new MinHash(1).Minimum(set, 3), new MinHash(2).Minimum(set, 3));
        Assert.NotEqual(new MinHash(1).Minimum(set, 3), new MinHash(1).Minimum(set, 4));
    }

    private static ulong[] Set(int start, int count) => [.. Enumerable.Range(start, count).Select(static i => (ulong)i)];
}

using StreamBert.Model.Datasets.Duplicates;

namespace StreamBert.Tests.Model.Datasets.Duplicates;

/// <summary>Compares the search with all pairs of small sets.</summary>
public sealed class SimilarPairSearchTests
{
    [Theory]
    [InlineData(0.3)]
    [InlineData(0.5)]
    [InlineData(0.8)]
    [InlineData(1.0)]
    public void The_pairs_are_those_of_the_comparison_of_all(double similarity)
    {
        var sets = CreateSets(new Random(3), 150);

        var found = new SimilarPairSearch(sets, similarity).Run();

        Assert.Equal(CompareAll(sets, similarity), found.Pairs);
        Assert.NotEmpty(found.Pairs);
        Assert.Equal(0, found.SkippedComparisons);
    }

    [Theory]
    [InlineData(0.3)]
    [InlineData(0.6)]
    [InlineData(0.8)]
    [InlineData(0.95)]
    [InlineData(1.0)]
    public void A_pair_of_the_required_similarity_is_compared_with_a_probability_of_0_9999(double similarity)
    {
        var bands = LshBands.For(similarity);

        Assert.InRange(bands.CompareProbability(similarity), 1 - LshBands.MaxMissProbability, 1);
        Assert.InRange(bands.Count * bands.Rows, 1, 256);
    }

    [Fact]
    public void The_default_compares_few_texts_that_are_not_similar()
    {
        var bands = LshBands.For(InputIndex.DefaultSimilarity);

        Assert.Equal((31, 6), (bands.Count, bands.Rows));
        Assert.InRange(bands.CompareProbability(0.3), 0, 0.03);
    }

    [Fact]
    public void Comparisons_that_a_template_causes_are_bounded_and_counted()
    {
        const int count = 3 * SimilarPairSearch.MaxComparisons;
        List<ulong[]> sets = [.. Enumerable.Range(0, count).Select(static i => CreateVariant(i))];

        var found = new SimilarPairSearch(sets, 0.8).Run();

        Assert.True(found.SkippedComparisons > 0);
        Assert.InRange(found.Pairs.Count, 1, count * SimilarPairSearch.MaxComparisons * LshBands.For(0.8).Count);
        var paired = found.Pairs.SelectMany(static pair => new[] { pair.First, pair.Second });
        Assert.Equal(Enumerable.Range(0, count), paired.Distinct().Order());
    }

    [Fact]
    public void An_empty_set_is_similar_to_none() => Assert.Empty(new SimilarPairSearch([[], [], [1UL]], 0.3).Run().Pairs);

    /// <summary>Every second set is the one before with a few other elements.</summary>
    private static List<ulong[]> CreateSets(Random random, int count)
    {
        var sets = new List<ulong[]>();
        for (var i = 0; i < count; i++)
        {
            IEnumerable<ulong> elements = i % 2 == 0
                ? Enumerable.Range(0, random.Next(1, 40)).Select(_ => (ulong)random.Next(1000))
                : sets[^1].Select(element => random.Next(12) == 0 ? (ulong)random.Next(1000) : element);
            sets.Add([.. elements.Distinct().Order()]);
        }
        return sets;
    }

    /// <summary>A set of 40 elements, of which 39 are the same in each.</summary>
    private static ulong[] CreateVariant(int variant) => [.. Enumerable.Range(0, 39).Select(static i => (ulong)i), (ulong)(1000 + variant)];

    private static IEnumerable<SimilarPair> CompareAll(List<ulong[]> sets, double similarity) =>
        from second in Enumerable.Range(0, sets.Count)
        from first in Enumerable.Range(0, second)
        let found = TokenShingles.Jaccard(sets[first], sets[second])
        where found >= similarity
        select new SimilarPair(first, second, found);
}

using StreamBert.Model.Datasets.Duplicates;

namespace StreamBert.Tests.Model.Datasets.Duplicates;

/// <summary>Compares with the sets of token sequences, enumerated as texts.</summary>
public sealed class TokenShinglesTests
{
    [Theory]
    [InlineData("1 2 3 4", "1 2 3 4", 1.0)]
    [InlineData("1 2 3 4", "1 2 3 5", 1.0 / 3)]
    [InlineData("1 2 3 4 5", "1 2 3 4", 2.0 / 3)]
    [InlineData("1 2", "1 2", 1.0)]
    [InlineData("1 2", "2 1", 0.0)]
    [InlineData("1 2", "1 2 3", 0.0)]
    [InlineData("1 1 1 1", "1 1 1 1 1 1", 1.0)]
    [InlineData("", "1", 0.0)]
    [InlineData("", "", 0.0)]
    public void The_similarity_is_the_share_of_common_sequences(string first, string second, double expected) =>
        Assert.Equal(expected, TokenShingles.Jaccard(TokenShingles.Of(Ids(first)), TokenShingles.Of(Ids(second))), 12);

    [Fact]
    public void Random_texts_have_the_similarity_of_their_enumerated_sets()
    {
        var random = new Random(1);
        for (var trial = 0; trial < 500; trial++)
        {
            int[] first = [.. Enumerable.Range(0, random.Next(1, 30)).Select(_ => random.Next(4))];
            int[] second = [.. first.Select(id => random.Next(5) == 0 ? random.Next(4) : id)];
            var (expectedFirst, expectedSecond) = (Enumerate(first), Enumerate(second));
            var expected = (double)expectedFirst.Intersect(expectedSecond).Count() / expectedFirst.Union(expectedSecond).Count();

            Assert.Equal(expected, TokenShingles.Jaccard(TokenShingles.Of(first), TokenShingles.Of(second)), 12);
        }
    }

    private static HashSet<string> Enumerate(int[] ids) => ids.Length <= TokenShingles.Length
        ? [string.Join(' ', ids)]
        : [.. Enumerable.Range(0, ids.Length - TokenShingles.Length + 1)
            .Select(start => string.Join(' ', ids[start..(start + TokenShingles.Length)]))];

    private static int[] Ids(string text) => [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)];
}

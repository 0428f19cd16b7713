using StreamBert.Model.Datasets.Duplicates;

namespace StreamBert.Tests.Model.Datasets.Duplicates;

/// <summary>Checks properties of splits of random data sets: no group in two parts, the sizes, the mix of labels, determinism.</summary>
public sealed class GroupedSplitTests
{
    private static readonly double[] Shares = [0.8, 0.1, 0.1];

    [Fact]
    public void No_twin_and_no_near_duplicate_is_in_another_part()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var inputs = CreateInputs(new Random(seed), 300);
            var groups = DuplicateGroups.Find(inputs);

            var parts = GroupedSplit.Assign(groups, [.. inputs.Select(static _ => "")], Shares, seed);

            for (var second = 0; second < inputs.Count; second++)
            {
                for (var first = 0; first < second; first++)
                    Assert.True(parts[first] == parts[second] || !AreSimilar(inputs[first], inputs[second]), $"{first} and {second}");
            }
            Assert.Equal([0, 1, 2], parts.Distinct().Order());
        }
    }

    [Fact]
    public void Parts_have_their_shares_of_all_texts_and_of_each_label_up_to_the_largest_group()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var random = new Random(seed);
            List<int> groups = [.. Enumerable.Range(0, 1000).Select(row => random.Next(4) == 0 ? random.Next(row + 1) / 4 : row)];
            List<string> labels = [.. groups.Select(static group => $"{group % 7 % 4}")];
            var largest = groups.CountBy(static group => group).Max(static group => group.Value);

            var parts = GroupedSplit.Assign(groups, labels, Shares, seed);

            AssertShares(parts, (Shares.Length - 1) * largest);
            foreach (var label in labels.Distinct())
                AssertShares([.. parts.Where((_, row) => labels[row] == label)], Shares.Length * largest);
        }
    }

    [Fact]
    public void Without_duplicates_each_label_is_split_exactly()
    {
        List<string> labels = [.. Enumerable.Range(0, 400).Select(static row => row % 4 == 0 ? "rare" : "frequent")];

        var parts = GroupedSplit.Assign([.. Enumerable.Range(0, 400)], labels, Shares, seed: 5);

        Assert.Equal([80, 10, 10], CountParts(parts.Where((_, row) => labels[row] == "rare")));
        Assert.Equal([240, 30, 30], CountParts(parts.Where((_, row) => labels[row] == "frequent")));
    }

    [Fact]
    public void A_seed_determines_the_split()
    {
        var (groups, labels) = (Enumerable.Range(0, 100).ToList(), Enumerable.Repeat("", 100).ToList());

        Assert.Equal(GroupedSplit.Assign(groups, labels, Shares, 1), GroupedSplit.Assign(groups, labels, Shares, 1));
        Assert.NotEqual(GroupedSplit.Assign(groups, labels, Shares, 1), GroupedSplit.Assign(groups, labels, Shares, 2));
    }

    [Fact]
    public void Near_duplicates_of_near_duplicates_are_in_one_group()
    {
        int[] text = [.. Enumerable.Range(1, 30)];
        var (first, second) = (LetterEncoder.Read(text), LetterEncoder.Read([.. text, 31, 32, 33]));
        var third = LetterEncoder.Read([.. text, .. Enumerable.Range(31, 10)]);

        Assert.False(AreSimilar(first, third));
        Assert.Single(DuplicateGroups.Find([first, second, third]).Distinct());
        Assert.Equal(2, DuplicateGroups.Find([first, third, first]).Distinct().Count());
    }

    [Fact]
    public void Shares_that_do_not_sum_to_1_are_refused() =>
        Assert.Throws<ArgumentException>(static () => GroupedSplit.Assign([0], [""], [0.5, 0.4], 1));

    private static void AssertShares(IReadOnlyList<int> parts, int tolerance)
    {
        foreach (var (part, size) in CountParts(parts).Index())
            Assert.InRange(size - Shares[part] * parts.Count, -tolerance, tolerance);
    }

    private static List<int> CountParts(IEnumerable<int> parts) =>
        [.. Enumerable.Range(0, Shares.Length).Select(part => parts.Count(assigned => assigned == part))];

    private static bool AreSimilar(ModelInput first, ModelInput second) => first.Fingerprint == second.Fingerprint
        || TokenShingles.Jaccard(first.Shingles, second.Shingles) >= InputIndex.DefaultSimilarity;

    /// <summary>A third of the inputs are copies of earlier ones, a third are copies with other tokens at their ends.</summary>
    private static List<ModelInput> CreateInputs(Random random, int count)
    {
        var texts = new List<int[]>();
        for (var i = 0; i < count; i++)
        {
            var copied = i > 0 ? texts[random.Next(i)] : [];
            texts.Add((i == 0 ? 0 : random.Next(3)) switch
            {
                0 => [.. Enumerable.Range(0, random.Next(5, 30)).Select(_ => random.Next(1000))],
                1 => copied,
                _ => [.. copied, random.Next(1000)],
            });
        }
        return texts.ConvertAll(static text => LetterEncoder.Read(text));
    }
}

using CsCheck;
using StreamBert.Monitoring.Drift;

namespace StreamBert.Tests.Monitoring.Drift;

public sealed class DivergenceTests
{
    [Fact]
    public void The_distance_of_known_mixes_matches_the_closed_form()
    {
        // Disjoint: 1. Half and half against one: JSD = 3/4·log2(4/3) + ... = 0.311278 bits.
        Assert.Equal(1, Divergence.JensenShannon(Mix(1_000_000, 0), Mix(0, 1_000_000)), 4);
        Assert.Equal(Math.Sqrt(0.311278), Divergence.JensenShannon(Mix(500_000, 500_000), Mix(1_000_000, 0)), 4);
        Assert.Equal(0, Divergence.JensenShannon(Mix(300, 700), Mix(300, 700)));
    }

    [Fact]
    public void The_distance_is_symmetric_and_between_zero_and_one() =>
        Gen.Select(Gen.Long[0, 500].Array[4], Gen.Long[0, 500].Array[4]).Sample(static (p, q) =>
        {
            var distance = Divergence.JensenShannon(Mix(p), Mix(q));
            return distance is >= 0 and <= 1 && Math.Abs(distance - Divergence.JensenShannon(Mix(q), Mix(p))) < 1e-9;
        });

    [Fact]
    public void Small_samples_of_many_labels_do_not_seem_far_apart()
    {
        var random = new Random(1);
        var distances = Enumerable.Range(0, 300).Select(_ => Divergence.JensenShannon(Draw(random, 500, 20), Draw(random, 300, 20))).Order()
            .ToList();

        Assert.InRange(distances[150], 0, 0.06);
        Assert.InRange(distances[285], 0, 0.12); // one in twenty is larger, which is why there is a χ² test
    }

    [Fact]
    public void The_chi_square_test_holds_its_level()
    {
        var random = new Random(2);
        var rejected = Enumerable.Range(0, 2000).Count(_ => Divergence.ChiSquare(Draw(random, 800, 6), Draw(random, 400, 6)) < 0.05);

        Assert.InRange(rejected, 70, 135); // 100 expected
    }

    [Fact]
    public void The_chi_square_test_matches_a_computation_by_hand() =>
        // 30/70 against 45/55: χ² = 4.8, one degree of freedom.
        Assert.Equal(0.02846, Divergence.ChiSquare(Mix(30, 70), Mix(45, 55)), 5);

    [Fact]
    public void The_Kolmogorov_Smirnov_distance_is_the_largest_difference() =>
        Assert.Equal(0.4, Divergence.KolmogorovSmirnov([10, 0, 0, 0], [6, 0, 4, 0]), 12);

    [Fact]
    public void The_stability_index_is_zero_for_equal_mixes_and_grows_with_the_shift()
    {
        Assert.Equal(0, Divergence.StabilityIndex(Mix(50, 50), Mix(50, 50)), 12);
        Assert.True(Divergence.StabilityIndex(Mix(500, 500), Mix(300, 700)) > Divergence.StabilityIndex(Mix(500, 500), Mix(450, 550)));
    }

    private static Dictionary<string, long> Mix(params long[] counts) =>
        counts.Index().ToDictionary(static count => $"label {count.Index}", static count => count.Item);

    private static Dictionary<string, long> Draw(Random random, int texts, int labels) =>
        Enumerable.Range(0, texts).Select(_ => $"label {random.Next(labels)}").CountBy(static label => label)
            .ToDictionary(static pair => pair.Key, static pair => (long)pair.Value);
}

using CsCheck;
using StreamBert.Contracts;
using StreamBert.Monitoring.Drift;
using StreamBert.Tests.Monitoring.Composition;

namespace StreamBert.Tests.Monitoring.Drift;

public sealed class DriftTests
{
    [Fact]
    public void The_distance_of_known_mixes_is_the_textbook_one()
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
    public void Small_samples_of_many_labels_do_not_look_far_apart()
    {
        var random = new Random(1);
        var distances = Enumerable.Range(0, 300).Select(_ => Divergence.JensenShannon(Draw(random, 500, 20), Draw(random, 300, 20))).Order()
            .ToList();

        Assert.InRange(distances[150], 0, 0.06);
        Assert.InRange(distances[285], 0, 0.12); // one in twenty is farther; that is what the χ² test is for
    }

    [Fact]
    public void The_chi_square_test_holds_its_level()
    {
        var random = new Random(2);
        var rejected = Enumerable.Range(0, 2000).Count(_ => Divergence.ChiSquare(Draw(random, 800, 6), Draw(random, 400, 6)) < 0.05);

        Assert.InRange(rejected, 70, 135); // 100 expected
    }

    [Fact]
    public void The_chi_square_test_matches_a_table_by_hand() =>
        // 30/70 against 45/55: χ² = 4.8, one degree of freedom.
        Assert.Equal(0.02846, Divergence.ChiSquare(Mix(30, 70), Mix(45, 55)), 5);

    [Fact]
    public void Kolmogorov_and_Smirnov_see_the_greatest_gap() =>
        Assert.Equal(0.4, Divergence.KolmogorovSmirnov([10, 0, 0, 0], [6, 0, 4, 0]), 12);

    [Fact]
    public void The_stability_index_is_zero_for_equal_mixes_and_grows_with_the_shift()
    {
        Assert.Equal(0, Divergence.StabilityIndex(Mix(50, 50), Mix(50, 50)), 12);
        Assert.True(Divergence.StabilityIndex(Mix(500, 500), Mix(300, 700)) > Divergence.StabilityIndex(Mix(500, 500), Mix(450, 550)));
    }

    [Fact]
    public void A_shift_that_lasts_is_raised_and_cleared_at_these_windows()
    {
        var bench = new DetectorBench(21);
        var said = new List<string>();
        for (var i = 0; i < 80; i++)
        {
            said.AddRange(bench.Feed(60, 5, i is >= 20 and < 45 ? 0.45 : 0.2)
                .Where(static kind => kind.Contains("drift", StringComparison.Ordinal))
                .Select(kind => $"{i}:{kind}"));
        }

        Assert.Equal([$"30:{AlertKinds.LabelDrift}", $"56:-{AlertKinds.LabelDrift}"], said);
    }

    [Fact]
    public void A_shift_as_short_as_a_surge_passes_by()
    {
        var bench = new DetectorBench(22);
        for (var i = 0; i < 60; i++)
            bench.Feed(60, 5, i is >= 20 and < 24 ? 0.45 : 0.2);

        Assert.Equal(0, bench.Alarms(AlertKinds.LabelDrift));
    }

    [Fact]
    public void The_reference_is_not_made_of_windows_under_a_surge()
    {
        var bench = new DetectorBench(23);
        bench.State.Alerts["other"] = new() { Kind = AlertKinds.NegativeSurge, Open = "other@1" };
        for (var i = 0; i < 20; i++)
            bench.Feed(60, 5, 0.2);

        Assert.Equal(0, bench.State.Drift["sentiment"].Reference.Windows);
    }

    [Fact]
    public void A_fall_of_confidence_is_raised_at_this_window()
    {
        var bench = new DetectorBench(24);
        var said = new List<string>();
        for (var i = 0; i < 50; i++)
            said.AddRange(bench.Feed(60, 5, 0.2, meanConfidence: i >= 20 ? 0.7 : 0.8).Select(kind => $"{i}:{kind}"));

        Assert.Equal([$"29:{AlertKinds.ConfidenceDrift}"], said);
    }

    private static Dictionary<string, long> Mix(params long[] counts)
        => counts.Index().ToDictionary(static count => $"label {count.Index}", static count => count.Item);

    private static Dictionary<string, long> Draw(Random random, int texts, int labels) =>
        Enumerable.Range(0, texts).Select(_ => $"label {random.Next(labels)}").CountBy(static label => label)
            .ToDictionary(static pair => pair.Key, static pair => (long)pair.Value);
}

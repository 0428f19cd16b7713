using CsCheck;
using StreamBert.Monitoring.Drift;

namespace StreamBert.Tests.Monitoring.Drift;

public sealed class DistancesTests
{
    [Fact]
    public void The_distance_of_known_mixes_matches_the_closed_form()
    {
        // Disjoint: 1. Half and half against one: JSD = 3/4·log2(4/3) + ... = 0.311278 bits.
        Assert.Equal(1, Distances.JensenShannon([1, 0], [0, 1]), 6);
        Assert.Equal(Math.Sqrt(0.311278), Distances.JensenShannon([0.5, 0.5], [1, 0]), 5);
        Assert.Equal(0, Distances.JensenShannon([300, 700], [3, 7]), 6);
    }

    [Fact]
    public void The_distance_is_symmetric_and_between_zero_and_one() =>
        Gen.Select(Gen.Double[0, 500].Array[4], Gen.Double[0, 500].Array[4]).Sample(static (p, q) =>
        {
            var distance = Distances.JensenShannon(p, q);
            return distance is >= 0 and <= 1 && Math.Abs(distance - Distances.JensenShannon(q, p)) < 1e-9;
        });

    [Fact]
    public void The_chi_square_statistic_matches_a_computation_by_hand()
    {
        // 45 of 100 where 30 % are expected from very many: χ² = 15²/30 + 15²/70 = 10.714 with one degree of freedom.
        var distance = Distances.Labels([45, 55], [0.3, 0.7], 1e12);

        Assert.Equal((10.714, 1, 100), (Math.Round(distance.Statistic, 3), distance.Degrees, Math.Round(distance.EffectiveCount)));
    }

    [Fact]
    public void The_p_values_of_independent_samples_are_uniform()
    {
        var random = new Random(2);
        var dispersion = new DriftDispersion { Spans = 1e9, Sum = 0 };
        var rejected = Enumerable.Range(0, 2000).Count(_ =>
        {
            double[] reference = Draw(random, 800, 6), observed = Draw(random, 400, 6);
            return dispersion.PValue(Distances.Labels(observed, [.. reference.Select(static count => count / 800)], 800)) < 0.05;
        });

        Assert.InRange(rejected, 70, 135); // 100 are expected
    }

    [Fact]
    public void The_dispersion_of_wandering_shares_is_learned()
    {
        // Each span has a share of 0.2 ± τ: the statistic is about 1 + n·τ²/(p(1 − p)), so ρ is τ²/(p(1 − p)) = 0.01 for τ = 0.04.
        var (random, dispersion) = (new Random(3), new DriftDispersion());
        for (var span = 0; span < 2000; span++)
        {
            var share = 0.2 + 0.04 * Math.Sqrt(3) * (2 * random.NextDouble() - 1);
            double selected = Enumerable.Range(0, 1000).Count(_ => random.NextDouble() < share);
            dispersion.Learn(Distances.Labels([selected, 1000 - selected], [0.2, 0.8], 1e9), 1);
        }

        Assert.InRange(dispersion.Correlation(0), 0.007, 0.013);
    }

    [Fact]
    public void The_Kolmogorov_Smirnov_distance_is_the_largest_difference() =>
        Assert.Equal(0.4, Distances.Distribution([6, 0, 4, 0], [1, 0, 0, 0], 100).Value, 12);

    [Fact]
    public void The_stability_index_is_zero_for_equal_mixes_and_grows_with_the_shift()
    {
        Assert.Equal(0, Distances.StabilityIndex([50, 50], [0.5, 0.5], 100), 12);
        Assert.True(Distances.StabilityIndex([300, 700], [0.5, 0.5], 1000) > Distances.StabilityIndex([450, 550], [0.5, 0.5], 1000));
    }

    private static double[] Draw(Random random, int texts, int labels)
    {
        var counts = new double[labels];
        for (var text = 0; text < texts; text++)
            counts[random.Next(labels)]++;
        return counts;
    }
}

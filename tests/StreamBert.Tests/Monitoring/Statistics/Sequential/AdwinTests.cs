using StreamBert.Monitoring.Statistics.Sequential;

namespace StreamBert.Tests.Monitoring.Statistics.Sequential;

public sealed class AdwinTests
{
    /// <summary>The oracle recomputes mean and squared deviations from the values that are still in the window.</summary>
    [Fact]
    public void The_window_is_a_suffix_of_the_values_with_its_exact_moments()
    {
        var (adwin, random) = (new Adwin(), new Random(1));
        List<double> values = [], meansBefore = [];
        for (var i = 0; i < 6000; i++)
        {
            values.Add(random.NextDouble() + (i >= 4000 ? 0.5 : 0));
            if (adwin.Add(values[^1]))
                meansBefore.Add(adwin.MeanBefore);
        }
        var window = values.TakeLast((int)adwin.Count).ToList();

        Assert.InRange(adwin.Count, 1500, 2100);
        Assert.Equal(window.Average(), adwin.Mean, 9);
        Assert.Equal(window.Sum(value => (value - adwin.Mean) * (value - adwin.Mean)), adwin.SquaredDeviations, 6);
        Assert.Equal(0.5, meansBefore[0], 0.03);
        Assert.True(adwin.Rows.Sum(static row => row.Count) <= 6 * 12);
    }

    /// <summary>
    /// 320 zeros and then ones, with the cut in closed form: after n₁ ones the variance is n₀n₁/W²; the first check at which
    /// |0 − 1| exceeds the bound for the best split (at the change) is the first multiple of 32.
    /// </summary>
    [Fact]
    public void A_jump_from_0_to_1_is_cut_at_the_first_check_at_which_the_bound_allows_it()
    {
        var adwin = new Adwin();
        for (var i = 0; i < 320; i++)
            Assert.False(adwin.Add(0));
        var detected = Enumerable.Range(1, 320).First(_ => adwin.Add(1));

        var expected = Enumerable.Range(1, 10).Select(static check => check * Adwin.CheckInterval).First(static ones =>
        {
            double w = 320 + ones, inverse = 1 / 320.0 + 1.0 / ones, confidence = Math.Log(2 * Math.Log(w) / Adwin.Delta);
            return 1 > Math.Sqrt(2 * (320 * ones / (w * w)) * confidence * inverse) + 2 * confidence * inverse / 3;
        });
        Assert.Equal(expected, detected);
    }

    /// <summary>The bound holds for each check; δ = 0.002 per check in theory, far less in practice.</summary>
    [Fact]
    public void Constant_error_rates_are_cut_rarely()
    {
        var cuts = Enumerable.Range(0, 20).Sum(static seed =>
        {
            var (adwin, random) = (new Adwin(), new Random(seed));
            return Enumerable.Range(0, 10_000).Count(_ => adwin.Add(random.NextDouble() < 0.1 ? 1 : 0));
        });

        Assert.InRange(cuts, 0, 20);
    }

    [Fact]
    public void A_rise_of_the_error_rate_from_10_to_25_percent_is_found_within_300_values()
    {
        var delays = Enumerable.Range(0, 20).Select(static seed =>
        {
            var (adwin, random) = (new Adwin(), new Random(seed));
            for (var i = 0; i < 3000; i++)
                adwin.Add(random.NextDouble() < 0.1 ? 1 : 0);
            return Enumerable.Range(1, 2000).First(_ => adwin.Add(random.NextDouble() < 0.25 ? 1 : 0));
        }).Order().ToList();

        Assert.InRange(delays[10], 32, 300);
    }
}

using StreamBert.Monitoring.Fairness;

namespace StreamBert.Tests.Monitoring.Fairness;

public sealed class BettingProcessTests
{
    [Fact]
    public void The_first_reaching_of_c_takes_c_bets_on_average_at_least()
    {
        // The bound on the average run length of an e-detector (Shin, Ramdas and Rinaldo 2024), at the least favourable mean: exactly zero.
        const double Level = 50;
        var bets = 0.0;
        for (var stream = 0; stream < 200; stream++)
        {
            var (random, process) = (new Random(stream), new BettingProcess());
            var count = 0;
            for (; process.LogWealth < Math.Log(Level) && count < 5000; count++)
                process.Update(Mean(random, 20, 0.3) - Mean(random, 20, 0.3), pairs: 10);
            bets += count;
        }

        Assert.True(bets / 200 >= Level, $"{bets / 200:0} bets on average");
    }

    [Fact]
    public void Wealth_is_multiplied_by_one_plus_lambda_times_the_value_and_the_mean_of_all_assumptions_counts()
    {
        // By hand: with nothing known the mean square of 5 pairs is 0.125/5 = 0.025, so an assumed mean μ bets μ/(0.025 + μ²), which is
        // beyond the largest bet for each of the four: the wealth is 1 + 0.95·0.6. The second mean square is
        // (5·0.36 + 5·0.125)/(1 + 5)/5 = 0.080833: the mean 0.05 bets 0.6, and the other three the largest bet again.
        var process = new BettingProcess();
        process.Update(0.6, pairs: 5);
        Assert.Equal(Math.Log(1.57), process.LogWealth, 12);

        process.Update(0.4, pairs: 5);

        var first = 0.05 / (0.080833333333333 + 0.0025);
        Assert.Equal(Math.Log((2.57 * (1 + first * 0.4) + 3 * 2.57 * 1.38) / 4), process.LogWealth, 6);
    }

    [Fact]
    public void With_a_known_difference_the_wealth_grows_at_least_as_fast_as_that_of_an_estimated_bet_after_it_has_learned()
    {
        // The oracle is the growth of the best constant bet, E log(1 + λx) at its maximum, by simulation: the mixture loses at most log 4.
        var (random, values) = (new Random(8), new List<double>());
        for (var bet = 0; bet < 2000; bet++)
            values.Add(Mean(random, 1, 0.45) - Mean(random, 3, 0.25));
        var process = new BettingProcess();
        foreach (var value in values.Take(300))
            process.Update(value, pairs: 0.75);

        var best = Enumerable.Range(1, 90).Max(bet => values.Take(300).Sum(value => Math.Log(1 + bet / 100.0 * value)));

        Assert.InRange(process.LogWealth, best - Math.Log(4) - 0.5, best + 10);
    }

    [Fact]
    public void The_evidence_of_a_true_difference_exceeds_its_threshold_at_this_window()
    {
        var (random, process, window) = (new Random(1), new BettingProcess(), 0);
        while (process.LogWealth < Math.Log(1e5))
        {
            process.Update(Mean(random, 10, 0.45) - Mean(random, 10, 0.2), pairs: 5);
            window++;
        }

        Assert.Equal(47, window);
    }

    private static double Mean(Random random, int count, double rate) =>
        Enumerable.Range(0, count).Count(_ => random.NextDouble() < rate) / (double)count;
}

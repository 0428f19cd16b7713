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
    public void The_stake_of_one_bettor_is_multiplied_by_one_plus_lambda_times_the_value()
    {
        // By hand: the first bet has λ = 0, because nothing is known; the second one has mean 5·0.6/(5 + 10) = 0.2 and a mean square of
        // (5·0.36 + 5·0.125)/(1 + 5)/5 = 0.080833, so λ = 0.2/(0.080833 + 0.04) = 1.655, limited to 0.9. Wealth: (1 + 1)·(1 + 0.9·0.4).
        var process = new BettingProcess();
        process.Update(0.6, pairs: 5);
        Assert.Equal(0, process.LogWealth, 12);

        process.Update(0.4, pairs: 5);

        Assert.Equal(Math.Log(2 * 1.36), process.LogWealth, 12);
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

        Assert.Equal(51, window);
    }

    private static double Mean(Random random, int count, double rate) =>
        Enumerable.Range(0, count).Count(_ => random.NextDouble() < rate) / (double)count;
}

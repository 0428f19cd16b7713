using StreamBert.Monitoring.Fairness;

namespace StreamBert.Tests.Monitoring.Fairness;

public sealed class BettingProcessTests
{
    [Fact]
    public void Inspecting_the_wealth_after_every_pair_does_not_inflate_the_evidence()
    {
        // Ville: without any difference the wealth of one bettor ever reaches 1/α in at most a share α of all streams.
        const double Alpha = 0.05;
        var reached = 0;
        for (var stream = 0; stream < 400; stream++)
        {
            var random = new Random(stream);
            var process = new BettingProcess();
            process.BeginWindow();
            for (var pair = 0; pair < 2000; pair++)
            {
                process.Update((random.NextDouble() < 0.3 ? 1 : 0) - (random.NextDouble() < 0.3 ? 1 : 0));
                if (process.LogWealth < Math.Log(1 / Alpha))
                    continue;
                reached++;
                break;
            }
        }

        Assert.InRange(reached, 0, 28); // 20 expected at most, standard deviation 4.4
    }

    [Fact]
    public void The_evidence_of_a_true_difference_exceeds_its_threshold_at_this_pair()
    {
        var random = new Random(1);
        var process = new BettingProcess();
        process.BeginWindow();
        var pair = 0;
        while (process.LogWealth < Math.Log(1e5))
        {
            process.Update((random.NextDouble() < 0.45 ? 1 : 0) - (random.NextDouble() < 0.2 ? 1 : 0));
            pair++;
        }

        Assert.Equal(242, pair);
    }
}

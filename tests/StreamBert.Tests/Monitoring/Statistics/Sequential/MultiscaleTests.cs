using StreamBert.Monitoring.Statistics.Sequential;
using StreamBert.Monitoring.Statistics.Series;

namespace StreamBert.Tests.Monitoring.Statistics.Sequential;

public sealed class MultiscaleTests
{
    private static readonly CountModel Counts = new(1440, 3, 0, 0);

    /// <summary>The likelihood ratio of an empty time is its expected count, in closed form: −ln P(0) of a Poisson.</summary>
    [Fact]
    public void Ten_empty_windows_of_three_expected_texts_have_the_evidence_thirty()
    {
        var statistic = new MultiscaleCount();
        ScaleEvidence fall = default;
        for (var i = 0; i < 10; i++)
            fall = statistic.Add(Counts, 0, 3).Fall;

        Assert.Equal((30, 30, 0), (fall.Statistic, fall.Expected, fall.Observed));
    }

    [Theory]
    [InlineData(0.2, 0.5)]
    [InlineData(0.0, 0.1)]
    public void The_statistic_of_overdispersed_counts_is_the_deviance_of_the_negative_binomial(double dispersion, double relativeVariance)
    {
        var evidence = new MultiscaleCount().Add(Counts with { Dispersion = dispersion }, 12, 3, relativeVariance).Rise;

        var k = 1 / (dispersion + relativeVariance); // the best rate 12 against 3, by the probability function
        Assert.Equal(LogProbability(12, 12, k) - LogProbability(12, 3, k), evidence.Statistic, 9);
    }

    private static double LogProbability(double x, double mean, double k) =>
        x * Math.Log(mean / (mean + k)) + k * Math.Log(k / (mean + k));
}

using StreamBert.Monitoring.Statistics.Sequential;
using StreamBert.Monitoring.Statistics.Series;

namespace StreamBert.Tests.Monitoring.Statistics.Sequential;

public sealed class MultiscaleTests
{
    private static readonly CountModel Counts = new(1440, 3, 0, 0);

    /// <summary>The likelihood ratio of an empty time is its expected count, in closed form: −ln P(0) of a Poisson.</summary>
    [Fact]
    public void Ten_empty_windows_of_three_expected_texts_have_the_evidence_thirty() =>
        Assert.Equal(30, MultiscaleCount.Divergence(0, 30, 30));

    [Theory]
    [InlineData(0.0, 0.0)]
    [InlineData(0.001, 0.3)]
    [InlineData(0.3, 0.6)]
    public void The_evidence_is_that_of_the_strongest_of_all_scales(double dispersion, double autocorrelation)
    {
        var model = new CountModel(1440, 3, dispersion, autocorrelation);
        var (statistic, sums, random) = (new MultiscaleCount(), new ScaleSums(), new Random(7));
        for (var i = 0; i < 2000; i++)
        {
            var count = random.Next(i / 500 % 2 == 0 ? 7 : 10);
            sums.Add(1440, [count, 1, 3, model.Variance(3)]);
            var strongest = Enumerable.Range(0, sums.Scales).Max(scale => RiseOf(sums, scale, model));
            Assert.Equal(strongest, statistic.Add(model, count, 3).Statistic);
        }
    }

    [Theory]
    [InlineData(0.2, 0.5)]
    [InlineData(0.0, 0.1)]
    public void The_statistic_of_overdispersed_counts_is_the_deviance_of_the_negative_binomial(double dispersion, double relativeVariance)
    {
        var evidence = new MultiscaleCount().Add(Counts with { Dispersion = dispersion }, 12, 3, relativeVariance);

        var k = 1 / (dispersion + relativeVariance); // the best rate 12 against 3, by the probability function
        Assert.Equal(LogProbability(12, 12, k) - LogProbability(12, 3, k), evidence.Statistic, 9);
    }

    private static double RiseOf(ScaleSums sums, int scale, CountModel model)
    {
        var fields = new double[ScaleSums.Fields];
        var windows = sums.Sum(scale, fields);
        var variance = Math.Max(fields[2], fields[3] * model.Dependence.Inflation(windows));
        return fields[0] >= fields[2] ? MultiscaleCount.Divergence(fields[0], fields[2], variance) : 0;
    }

    private static double LogProbability(double x, double mean, double k) =>
        x * Math.Log(mean / (mean + k)) + k * Math.Log(k / (mean + k));
}

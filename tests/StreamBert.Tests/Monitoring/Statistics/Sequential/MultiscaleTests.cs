using StreamBert.Monitoring.Statistics.RunLength;
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

    [Fact]
    public void The_statistic_of_a_share_is_the_binomial_log_likelihood_ratio()
    {
        var evidence = new MultiscaleShare().Add(new(1440, 20, 0.2, 0, 0), 20, 9, 0.2).Rise;

        Assert.Equal(9 * Math.Log(0.45 / 0.2) + 11 * Math.Log(0.55 / 0.8), evidence.Statistic, 9);
        Assert.Equal((9, 20, 4, 1), (evidence.Observed, evidence.Size, evidence.Expected, evidence.Windows));
    }

    [Fact]
    public void Dispersion_dependence_and_an_uncertain_reference_weaken_the_evidence_of_a_share()
    {
        var model = new ShareModel(1440, 20, 0.2, 0.01, 0.3);
        var plain = Rise(model with { Dispersion = 0, Autocorrelation = 0 }, 0);
        var (dispersed, uncertain) = (Rise(model, 0), Rise(model, 0.001));

        Assert.True(plain.Statistic > dispersed.Statistic && dispersed.Statistic > uncertain.Statistic);
        Assert.True(plain.Deviation < dispersed.Deviation && dispersed.Deviation < uncertain.Deviation);
    }

    /// <summary>A small change of a small series needs hours: it is found at a scale of many windows.</summary>
    [Fact]
    public void A_small_change_is_found_at_a_long_scale_and_a_large_one_at_a_short_scale()
    {
        var model = new ShareModel(1440, 5, 0.2, 0, 0);

        Assert.InRange(After(model, windows: 600, share: 0.26).Windows, 200, 1024);
        Assert.InRange(After(model with { MeanClusters = 200 }, windows: 3, share: 0.6).Windows, 2, 4);
    }

    private static ScaleEvidence Rise(ShareModel model, double referenceVariance)
    {
        var (statistic, rise) = (new MultiscaleShare(), default(ScaleEvidence));
        for (var i = 0; i < 16; i++)
            rise = statistic.Add(model, 20, 7, 0.2, referenceVariance).Rise;
        return rise;
    }

    private static ScaleEvidence After(ShareModel model, int windows, double share)
    {
        var (statistic, random) = (new MultiscaleShare(), new Random(2));
        var (before, after) = (new ShareSimulator(model, random), new ShareSimulator(model with { Share = share }, random));
        ScaleEvidence rise = default;
        for (var i = 0; i < 1500 + windows; i++)
        {
            var (clusters, selected) = i < 1500 ? before.Next() : after.Next();
            rise = statistic.Add(model, clusters, selected, model.Share).Rise;
        }
        return rise;
    }

    private static double LogProbability(double x, double mean, double k) =>
        x * Math.Log(mean / (mean + k)) + k * Math.Log(k / (mean + k));
}

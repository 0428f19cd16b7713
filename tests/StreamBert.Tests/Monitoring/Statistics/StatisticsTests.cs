using CsCheck;
using StreamBert.Contracts;
using StreamBert.Monitoring.Statistics;

namespace StreamBert.Tests.Monitoring.Statistics;

/// <summary>Against published values, closed forms and sums by hand.</summary>
public sealed class StatisticsTests
{
    [Theory]
    [InlineData(10, 20, 0.2993, 0.7007)]
    [InlineData(0, 10, 0.0, 0.2775)]
    [InlineData(81, 263, 0.2553, 0.3662)] // Newcombe 1998, table I
    [InlineData(15, 148, 0.0624, 0.1605)]
    public void Wilson_matches_published_intervals(long selected, long count, double low, double high)
    {
        var interval = WilsonInterval.Of(selected, count);

        Assert.Equal(low, interval.Low, 4);
        Assert.Equal(high, interval.High, 4);
    }

    [Fact]
    public void Without_texts_a_rate_may_be_anything() => Assert.Equal(new Interval(0, 1), WilsonInterval.Of(0, 0));

    [Fact]
    public void A_rate_lies_in_its_interval() =>
        Gen.Select(Gen.Long[1, 100_000], Gen.Double[0, 1]).Sample(static (count, share) =>
        {
            var selected = (long)(share * count);
            var (interval, rate) = (WilsonInterval.Of(selected, count), Rates.Of(selected, count));
            return interval.Low <= rate + 1e-12 && rate <= interval.High + 1e-12 && interval.Low >= 0 && interval.High <= 1;
        });

    [Theory]
    [InlineData(56, 70, 48, 80, 0.0524, 0.3339)] // Newcombe 1998, table II, method 10
    [InlineData(9, 10, 3, 10, 0.1705, 0.8090)]
    [InlineData(10, 10, 0, 20, 0.6791, 1.0)]
    public void Newcombe_matches_published_intervals(long selectedA, long countA, long selectedB, long countB, double low, double high)
    {
        var interval = Rates.Newcombe(selectedA, countA, selectedB, countB);

        Assert.Equal(low, interval.Low, 4);
        Assert.Equal(high, interval.High, 4);
    }

    [Fact]
    public void A_beta_binomial_with_a_uniform_prior_is_uniform() =>
        Gen.Select(Gen.Int[1, 400], Gen.Int[0, 400]).Where(static (n, k) => k <= n).Sample(static (n, k) =>
            Assert.Equal((n - k + 1.0) / (n + 1), Tails.BetaBinomialUpper(k, n, 1, 1), 9));

    [Fact]
    public void A_beta_binomial_with_a_sure_prior_is_binomial() =>
        Assert.Equal(0.1256, Tails.BetaBinomialUpper(15, 20, 0.6 * 1e7, 0.4 * 1e7), 4);

    [Fact]
    public void The_two_tails_of_a_negative_binomial_meet() =>
        Gen.Select(Gen.Double[0.5, 500], Gen.Double[1.01, 5], Gen.Int[1, 800]).Sample(static (mean, dispersion, x) =>
            Assert.Equal(
                1,
                Tails.NegativeBinomialUpper(x, mean, mean * dispersion) + Tails.NegativeBinomialLower(x - 1, mean, mean * dispersion),
                6));

    [Fact]
    public void A_negative_binomial_with_little_dispersion_is_poisson()
    {
        double term = Math.Exp(-8), below = 0;
        for (var i = 0; i < 15; i++, term *= 8.0 / i)
            below += term;

        Assert.Equal(1 - below, Tails.NegativeBinomialUpper(15, 8, 8 + 1e-6), 6);
    }

    [Theory]
    [InlineData(3.841, 1, 0.05)]
    [InlineData(18.307, 10, 0.05)]
    [InlineData(6.635, 1, 0.01)]
    public void The_tail_of_chi_square_matches_the_tables(double statistic, int degrees, double p) =>
        Assert.Equal(p, Tails.ChiSquareUpper(statistic, degrees), 4);

    [Theory]
    [InlineData(1.358, 0.05)]
    [InlineData(1.628, 0.01)]
    public void The_tail_of_kolmogorov_and_smirnov_matches_the_tables(double lambda, double p) =>
        Assert.Equal(p, Tails.KolmogorovSmirnovUpper(lambda / Math.Sqrt(5e5), 1_000_000, 1_000_000), 3);

    [Fact]
    public void Benjamini_and_Hochberg_reject_the_four_of_their_own_example()
    {
        double[] p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0];

        Assert.Equal(0.0095, FalseDiscovery.Threshold(p, 0.05));
    }

    [Fact]
    public void Where_nothing_is_rejected_no_p_value_passes() => Assert.True(FalseDiscovery.Threshold([0.2, 0.5], 0.05) < 0);

    [Fact]
    public void Fewer_false_alarms_ask_for_stronger_evidence()
    {
        var (window, week) = (TimeSpan.FromMinutes(1), TimeSpan.FromDays(7));

        Assert.Equal(1 / 10080.0, FalseAlarms.LevelOfOne(window, week), 12);
        Assert.Equal(Math.Sqrt(1 / 10080.0), FalseAlarms.LevelOfPair(window, week, 0), 12);
        Assert.True(FalseAlarms.LevelOfPair(window, week, 0.5) < FalseAlarms.LevelOfPair(window, week, 0));
    }
}

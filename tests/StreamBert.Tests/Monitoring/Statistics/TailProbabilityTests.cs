using CsCheck;
using StreamBert.Monitoring.Statistics;

namespace StreamBert.Tests.Monitoring.Statistics;

/// <summary>Compares tail probabilities with published tables, closed forms and sums.</summary>
public sealed class TailProbabilityTests
{
    [Fact]
    public void A_beta_binomial_with_a_uniform_prior_is_uniform() =>
        Gen.Select(Gen.Int[1, 400], Gen.Int[0, 400]).Where(static (n, k) => k <= n).Sample(static (n, k) =>
            Assert.Equal((n - k + 1.0) / (n + 1), TailProbability.BetaBinomialUpper(k, n, 1, 1), 9));

    [Fact]
    public void A_beta_binomial_with_a_sure_prior_is_binomial() =>
        Assert.Equal(0.1256, TailProbability.BetaBinomialUpper(15, 20, 0.6 * 1e7, 0.4 * 1e7), 4);

    [Fact]
    public void The_two_tails_of_a_negative_binomial_meet() =>
        Gen.Select(Gen.Double[0.5, 500], Gen.Double[1.01, 5], Gen.Int[1, 800]).Sample(static (mean, dispersion, x) =>
            Assert.Equal(
                1,
                TailProbability.NegativeBinomialUpper(x, mean, mean * dispersion)
                    + TailProbability.NegativeBinomialLower(x - 1, mean, mean * dispersion),
                6));

    [Fact]
    public void A_negative_binomial_with_little_dispersion_is_poisson()
    {
        double term = Math.Exp(-8), below = 0;
        for (var i = 0; i < 15; i++, term *= 8.0 / i)
            below += term;

        Assert.Equal(1 - below, TailProbability.NegativeBinomialUpper(15, 8, 8 + 1e-6), 6);
    }

    /// <summary>With a uniform prior every count has the probability 1/(n + 1), and the continuation is linear.</summary>
    [Theory]
    [InlineData(7.5, 9, 0.3)]
    [InlineData(8.5, 9, 0.2)]
    public void A_fractional_count_lies_between_its_neighbours(double k, double n, double upper)
    {
        var p = TailProbability.BetaBinomialUpper(k, n, 2, 3);

        Assert.True(p > TailProbability.BetaBinomialUpper(Math.Ceiling(k), n, 2, 3));
        Assert.True(p < TailProbability.BetaBinomialUpper(Math.Floor(k), n, 2, 3));
        Assert.InRange(TailProbability.BetaBinomialUpper(k, n, 1, 1), 0.05, upper);
    }

    [Theory]
    [InlineData(3.841, 1, 0.05)]
    [InlineData(18.307, 10, 0.05)]
    [InlineData(6.635, 1, 0.01)]
    public void The_tail_of_chi_square_matches_the_tables(double statistic, int degrees, double p) =>
        Assert.Equal(p, TailProbability.ChiSquareUpper(statistic, degrees), 4);
}

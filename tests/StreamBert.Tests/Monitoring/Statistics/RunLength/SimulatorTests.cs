using StreamBert.Monitoring.Statistics.RunLength;
using StreamBert.Monitoring.Statistics.Series;

namespace StreamBert.Tests.Monitoring.Statistics.RunLength;

/// <summary>Compares simulated windows with the moments of their distributions in closed form.</summary>
public sealed class SimulatorTests
{
    private const int Draws = 40_000;

    [Theory]
    [InlineData(8, 0.3)]
    [InlineData(40, 0.9)]
    [InlineData(200, 0.25)]
    [InlineData(100_000, 0.4)]
    public void Binomial_numbers_have_the_binomial_mean_variance_and_skewness(long n, double p)
    {
        var random = new Random(1);
        var values = Enumerable.Range(0, Draws).Select(_ => (double)BinomialSampler.Sample(random, n, p)).ToList();
        var deviation = Math.Sqrt(n * p * (1 - p));

        Assert.Equal(0, (values.Average() - n * p) / deviation * Math.Sqrt(Draws), 4.0);
        Assert.Equal(1, values.Average(x => Math.Pow((x - n * p) / deviation, 2)), 0.04);
        Assert.Equal((1 - 2 * p) / deviation, values.Average(x => Math.Pow((x - n * p) / deviation, 3)), 0.08);
    }

    [Theory]
    [InlineData(30, 0.2, 0.02, 0.4)]
    [InlineData(5, 0.1, 0.1, 0)]
    public void Simulated_shares_have_the_variance_and_autocorrelation_of_their_model(double clusters, double share, double phi, double rho)
    {
        var model = new ShareModel(1440, clusters, share, phi, rho);
        var simulator = new ShareSimulator(model, new Random(3));
        var residuals = Enumerable.Range(0, Draws).Select(_ => simulator.Next())
            .Select(window => model.Residual(window.Clusters, window.Selected, share)).ToList();

        Assert.Equal(1, residuals.Average(static z => z * z), 0.06);
        Assert.Equal(rho, residuals.Zip(residuals.Skip(1), static (a, b) => a * b).Average(), 0.05);
    }

    [Theory]
    [InlineData(300, 0.03, 0.6)]
    [InlineData(3, 0, 0)]
    [InlineData(2, 0.3, 0.1)]
    public void Simulated_counts_have_the_variance_and_autocorrelation_of_their_model(double mean, double dispersion, double rho)
    {
        var model = new CountModel(1440, mean, dispersion, rho);
        var simulator = new CountSimulator(model, new Random(4));
        var residuals = Enumerable.Range(0, Draws).Select(_ => model.Residual(simulator.Next(), mean)).ToList();

        Assert.Equal(0, residuals.Average(), 0.05);
        Assert.Equal(1, residuals.Average(static z => z * z), 0.08);
        Assert.Equal(rho, residuals.Zip(residuals.Skip(1), static (a, b) => a * b).Average(), 0.05);
    }
}

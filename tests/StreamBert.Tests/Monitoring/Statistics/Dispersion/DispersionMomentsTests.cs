using StreamBert.Monitoring.Statistics.Dispersion;
using StreamBert.Monitoring.Statistics.RunLength;
using StreamBert.Monitoring.Statistics.Series;

namespace StreamBert.Tests.Monitoring.Statistics.Dispersion;

/// <summary>Estimates the parameters of simulated series whose parameters are known.</summary>
public sealed class DispersionMomentsTests
{
    private const int Windows = 4000;
    private const double Decay = 0.9998;

    [Theory]
    [InlineData(30, 0.2, 0.03, 0.3)]
    [InlineData(10, 0.3, 0.1, 0.2)]
    [InlineData(30, 0.2, 0, 0)]
    public void The_dispersion_and_autocorrelation_of_shares_are_recovered(double clusters, double share, double phi, double rho)
    {
        var moments = SharesOf(new(1440, clusters, share, phi, rho), incidentWindows: 0);

        Assert.Equal(phi, moments.Dispersion(0, 1), 0.15 * phi + 0.002);
        Assert.Equal(rho, moments.Autocorrelation(0, 1), 0.08);
    }

    [Theory]
    [InlineData(100, 0.03, 0.5)]
    [InlineData(5, 0.3, 0.2)]
    [InlineData(5, 0, 0)]
    public void The_dispersion_and_autocorrelation_of_counts_are_recovered(double mean, double dispersion, double rho)
    {
        var (simulator, moments) = (new CountSimulator(new(1440, mean, dispersion, rho), new Random(6)), new DispersionMoments());
        for (var i = 0; i < Windows; i++)
            moments.AddCount(simulator.Next(), mean, Decay);

        Assert.Equal(dispersion, moments.Dispersion(0, 1), 0.2 * dispersion + 0.006);
        Assert.Equal(rho, moments.Autocorrelation(0, 1), 0.08);
    }

    [Fact]
    public void An_incident_changes_the_estimate_little()
    {
        var model = new ShareModel(1440, 30, 0.2, 0.03, 0);

        Assert.InRange(SharesOf(model, incidentWindows: 60).Dispersion(0, 1), 0.02, 0.045);
    }

    [Fact]
    public void A_young_series_takes_the_prior()
    {
        var moments = new DispersionMoments();
        moments.AddShare(20, 15, 0.3, Decay);

        Assert.Equal(0.02, moments.Dispersion(0.02, 30), 0.02);
        Assert.Equal(0.4, moments.Autocorrelation(0.4, 30), 0.1);
    }

    private static DispersionMoments SharesOf(ShareModel model, int incidentWindows)
    {
        var (simulator, moments) = (new ShareSimulator(model, new Random(5)), new DispersionMoments());
        for (var i = 0; i < Windows; i++)
        {
            var (clusters, selected) = simulator.Next();
            moments.AddShare(clusters, i >= Windows / 2 && i < Windows / 2 + incidentWindows ? clusters : selected, model.Share, Decay);
        }
        return moments;
    }
}

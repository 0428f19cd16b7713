using MathNet.Numerics.Distributions;
using StreamBert.Monitoring.Baselines;

namespace StreamBert.Tests.Monitoring.Baselines;

/// <summary>The oracle is the closed form of the variance of the simulated process.</summary>
public sealed class DispersionTests
{
    private const double Share = 0.2, Variance = Share * (1 - Share);

    [Fact]
    public void Independent_events_have_no_overdispersion()
    {
        var random = new Random(1);
        var (inflation, between) = Measure(20_000, () => Sample(random, random.Next(1, 60), Share, copies: 1));

        Assert.InRange(inflation, 0.96, 1.04);
        Assert.InRange(between, 0, 0.002);
    }

    [Fact]
    public void Copies_give_the_design_effect()
    {
        var random = new Random(2);
        var (inflation, between) = Measure(20_000, () => Sample(random, 3 * random.Next(1, 20), Share, copies: 3));

        Assert.InRange(inflation, 2.85, 3.15); // three copies of each text: the variance is three times as large
        Assert.InRange(between, 0, 0.004);
    }

    [Fact]
    public void A_share_that_wanders_gives_the_overdispersion_of_the_beta_binomial()
    {
        var random = new Random(3);
        var beta = new Beta(0.2 * 24, 0.8 * 24, random); // φ = 1 / (24 + 1); variance = V·(1 + φ·(N − 1))
        var (inflation, between) = Measure(40_000, () => Sample(random, random.Next(1, 60), beta.Sample(), copies: 1));

        Assert.InRange(between, 0.037, 0.043);
        Assert.InRange(inflation, 0.9, 1.02);
    }

    [Fact]
    public void A_scale_without_spans_is_expected_to_vary_like_the_next_shorter_one()
    {
        var dispersion = new Dispersion();
        for (var i = 0; i < 1000; i++)
            dispersion.Add(0, residual: 4, variance: 4, size: 25);

        dispersion.Refresh();
        Assert.Equal(dispersion.At(0), dispersion.At(7));
        var (inflation, between) = dispersion.At(0);
        Assert.Equal(4, inflation + 25 * between, 0.1);
    }

    [Fact]
    public void The_autocorrelation_follows_from_the_variance_of_pairs()
    {
        var (random, dispersion) = (new Random(4), new Dispersion());
        double residual = 0, previous = 0;
        for (var i = 0; i < 40_000; i++)
        {
            residual = 0.6 * residual + 0.8 * Normal.Sample(random, 0, 2); // ρ₁ = 0.6, variance 4
            dispersion.Add(0, residual, 4, 25);
            if (i % 2 == 1)
                dispersion.Add(1, residual + previous, 8, 50);
            previous = residual;
        }

        dispersion.Refresh();
        Assert.Equal(0.6, dispersion.Autocorrelation(25), 0.05);
    }

    private static (double, double) Measure(int spans, Func<(double Amount, double Size)> sample)
    {
        var dispersion = new Dispersion();
        for (var i = 0; i < spans; i++)
        {
            var (amount, size) = sample();
            dispersion.Add(0, amount - Share * size, Variance * size, size);
            if (i % 100 == 0)
                dispersion.Refresh();
        }
        dispersion.Refresh();
        return dispersion.At(0);
    }

    private static (double, double) Sample(Random random, int size, double share, int copies)
    {
        double amount = 0;
        for (var text = 0; text < size; text += copies)
            amount += random.NextDouble() < share ? copies : 0;
        return (amount, size);
    }
}

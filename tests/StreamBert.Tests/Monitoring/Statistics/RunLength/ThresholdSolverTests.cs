using MathNet.Numerics.Distributions;
using StreamBert.Monitoring.Statistics.RunLength;
using StreamBert.Monitoring.Statistics.Sequential;
using StreamBert.Monitoring.Statistics.Series;

namespace StreamBert.Tests.Monitoring.Statistics.RunLength;

/// <summary>Compares solved thresholds with published run lengths, closed forms and long simulations.</summary>
public sealed class ThresholdSolverTests
{
    /// <summary>Hawkins and Olwell 1998, table of one-sided CUSUMs with k = ½: h = 4 → 335.4, h = 5 → 930.9.</summary>
    [Theory]
    [InlineData(335.4, 4)]
    [InlineData(930.9, 5)]
    [InlineData(7_000, 7)] // Siegmund 1985: (e^b − b − 1)/½ with b = h + 1.166
    public void A_cusum_reaches_its_published_run_length(double runLength, double h)
    {
        var solver = new ThresholdSolver<CountModel>("cusum", static (_, random) => NormalCusum(random), windows: 1 << 19);

        // A threshold off by ln 1.1 = 0.095 is a run length off by a tenth.
        Assert.Equal(h, solver.Threshold(default, runLength), 0.12);
    }

    [Theory]
    [InlineData(1_000)]
    [InlineData(10_000)]
    [InlineData(1_000_000)]
    public void Independent_exponential_values_have_the_threshold_ln_T(double runLength)
    {
        var solver = new ThresholdSolver<CountModel>("exponential", static (_, random) => () => Exponential.Sample(random, 1));

        Assert.Equal(Math.Log(runLength), solver.Threshold(default, runLength), 0.05 * Math.Log(runLength));
    }

    [Fact]
    public void An_equal_cell_gives_an_equal_threshold_and_another_cell_another()
    {
        var (one, other) = (MovingAverage(), MovingAverage());
        var model = new ShareModel(1440, 5, 0.2, 0.01, 0.3).Quantise();

        Assert.Equal(one.Threshold(model, 20_160), other.Threshold(model, 20_160));
        Assert.NotEqual(one.Threshold(model, 20_160), one.Threshold(model with { MeanClusters = 50 }, 20_160));
    }

    /// <summary>Counts the alarms of 40 further weeks under the very model: 1 per week is allowed.</summary>
    [Theory]
    [InlineData(5, 0.2, 0, 0)]
    [InlineData(50, 0.2, 0.01, 0.5)]
    [InlineData(1, 0.02, 0, 0)]
    public void A_moving_average_gives_about_the_allowed_false_alarms(double clusters, double share, double dispersion, double rho)
    {
        const int Week = 7 * 288, Weeks = 40;
        var model = new ShareModel(288, clusters, share, dispersion, rho).Quantise();
        var threshold = MovingAverage().Threshold(model, Week);
        var next = Start(model, new Random(7));
        var (alarms, below) = (0, 5);
        for (var i = 0; i < Week * Weeks; i++)
        {
            var isAbove = next() >= threshold;
            alarms += isAbove && below >= 5 ? 1 : 0;
            below = isAbove ? 0 : below + 1;
        }

        Assert.InRange(alarms, Weeks / 2, Weeks * 2);
    }

    private static ThresholdSolver<ShareModel> MovingAverage() => new("moving average", Start, gap: 5);

    private static Func<double> Start(ShareModel model, Random random)
    {
        var (simulator, average) = (new ShareSimulator(model, random), 0.0);
        return () =>
        {
            var (clusters, selected) = simulator.Next();
            var variance = model.Variance(clusters, model.Share);
            average = 0.9 * average + (variance > 0 ? (selected - clusters * model.Share) / Math.Sqrt(variance) : 0);
            return average > 0 ? average * average : 0;
        };
    }

    private static Func<double> NormalCusum(Random random)
    {
        var cusum = new Cusum();
        return () =>
        {
            cusum.Add(Normal.Sample(random, 0, 1));
            return cusum.Up;
        };
    }
}

using MathNet.Numerics.Distributions;
using MathNet.Numerics.LinearAlgebra;
using StreamBert.Monitoring.Statistics.Sequential;

namespace StreamBert.Tests.Monitoring.Statistics.Sequential;

public sealed class CusumTests
{
    /// <summary>
    /// The oracle is the run length of a Markov chain with 200 states (Brook and Evans 1972), which gives the published 335.4 and 930.9.
    /// </summary>
    [Theory]
    [InlineData(4, 335.4)]
    [InlineData(5, 930.9)]
    public void The_run_length_is_within_2_percent_of_the_Markov_chain(double h, double published)
    {
        var chain = MarkovRunLength(h, states: 200);

        Assert.Equal(published, chain, 0.01 * published);
        Assert.Equal(chain, Cusum.RunLength(h), 0.02 * chain);
    }

    [Theory]
    [InlineData(336, 4)]
    [InlineData(931, 5)]
    [InlineData(100_000, 9.65)]
    public void The_threshold_for_a_run_length_is_its_inverse(double windows, double h)
    {
        Assert.Equal(h, Cusum.ThresholdFor(windows), 0.02);
        Assert.Equal(windows, Cusum.RunLength(Cusum.ThresholdFor(windows)), 1e-6 * windows);
    }

    [Fact]
    public void Both_directions_are_accumulated_and_reset()
    {
        var cusum = new Cusum();
        foreach (var residual in (double[])[1, 2, -4, 0.2])
            cusum.Add(residual);

        Assert.Equal((0, 2.8), (cusum.Up, Math.Round(cusum.Down, 9)));
        cusum.Reset();
        Assert.Equal((0, 0), (cusum.Up, cusum.Down));
    }

    private static double MarkovRunLength(double h, int states)
    {
        var width = 2 * h / (2 * states - 1);
        var transitions = Matrix<double>.Build.Dense(states, states, (from, to) =>
        {
            var center = (to - from) * width + Cusum.Allowance;
            return Normal.CDF(0, 1, center + width / 2) - (to == 0 ? 0 : Normal.CDF(0, 1, center - width / 2));
        });
        var identity = Matrix<double>.Build.DenseIdentity(states);
        return (identity - transitions).Solve(Vector<double>.Build.Dense(states, 1))[0];
    }
}

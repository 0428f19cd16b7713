using MathNet.Numerics.Distributions;
using StreamBert.Monitoring.Labels;

namespace StreamBert.Tests.Monitoring.Labels;

/// <summary>The oracles are the published run lengths of a one-sided CUSUM with k = ½.</summary>
public sealed class SlowChangeTests
{
    private const int Runs = 3000;

    private readonly Random _random = new(5);

    /// <summary>One-sided, independent: h = 4 → 333 windows, h = 5 → 932.</summary>
    [Theory]
    [InlineData(4, 333)]
    [InlineData(5, 932)]
    public void Steps_without_a_change_have_the_published_run_length(double threshold, double published)
    {
        var mean = Enumerable.Range(0, Runs).Average(_ => RunLength(threshold, SlowChange.AllowanceFor(0, threshold), error: 0));

        Assert.InRange(mean, 0.9 * published, 1.1 * published);
    }

    /// <summary>The mean number of alarms over references with errors of different size is that of an exact reference, or less.</summary>
    [Theory]
    [InlineData(0.01)]
    [InlineData(0.04)]
    [InlineData(0.25)]
    public void The_error_of_the_reference_causes_no_more_alarms(double uncertainty)
    {
        const double Threshold = 5, Published = 932;
        var allowance = SlowChange.AllowanceFor(uncertainty, Threshold);

        const int References = 1000, Steps = 1000;
        var alarms = Enumerable.Range(0, References).Sum(
            _ => AlarmsIn(Steps, Threshold, allowance, Math.Sqrt(uncertainty) * Normal.Sample(_random, 0, 1)));

        Assert.InRange(alarms / (double)(References * Steps), 0, 1.2 / Published);
    }

    [Fact]
    public void Without_the_allowance_it_would_cause_many_more()
    {
        var alarms = Enumerable.Range(0, 300).Sum(
            _ => AlarmsIn(1000, 5, SlowChange.AllowanceFor(0, 5), 0.5 * Normal.Sample(_random, 0, 1)));

        Assert.True(alarms / 300_000.0 > 5 / 932.0);
    }

    private int RunLength(double threshold, double allowance, double error)
    {
        var (change, steps) = (new SlowChange(), 0);
        while (change.Sum < threshold)
            change.Add(default, Normal.Sample(_random, error, 1) - allowance, steps++, limit: 2 * threshold);
        return steps;
    }

    private int AlarmsIn(int steps, double threshold, double allowance, double error)
    {
        var (change, alarms) = (new SlowChange(), 0);
        for (var step = 0; step < steps; step++)
        {
            change.Add(default, Normal.Sample(_random, error, 1) - allowance, step, limit: 2 * threshold);
            if (change.Sum < threshold)
                continue;
            alarms++;
            change.Reset();
        }
        return alarms;
    }
}

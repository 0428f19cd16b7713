using StreamBert.Contracts;
using StreamBert.Monitoring.Statistics;
using StreamBert.Monitoring.Statistics.RunLength;

namespace StreamBert.Monitoring.Drift;

/// <summary>
/// The level of p-values at which spans of hours, which overlap, give one false alarm in a stated time: by simulated run length, with a
/// span that moves on by one hour.
/// </summary>
internal static class DriftLevel
{
    private const double MinimumLevel = 1e-9, MaximumLevel = 0.05;

    private static readonly ThresholdSolver<int> Solver = new("drift", Simulate);

    /// <summary>Returns the level for one comparison.</summary>
    /// <param name="budget">The budget of false alarms of the kind.</param>
    /// <param name="parts">The number of comparisons among which the budget is divided.</param>
    /// <param name="span">The number of hours of a span.</param>
    /// <param name="hour">The length of an hour: a window if that is longer.</param>
    public static double Of(FalseAlarmBudget budget, int parts, int span, TimeSpan hour)
    {
        var hours = budget.Per / hour / budget.FalseAlarms * parts;
        return Math.Clamp(Math.Exp(-Solver.Threshold(span, Math.Max(2, hours))), MinimumLevel, MaximumLevel);
    }

    /// <summary>Simulates −ln p of the sum over the last hours of a standard normal deviation.</summary>
    private static Func<double> Simulate(int span, Random random)
    {
        var (hours, sum, next) = (new double[span], 0.0, 0);
        return () =>
        {
            var value = Normal(random);
            sum += value - hours[next];
            hours[next] = value;
            next = (next + 1) % span;
            return -Math.Log(Math.Max(MinimumLevel / 10, TailProbability.ChiSquareUpper(sum * sum / span, 1)));
        };
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}

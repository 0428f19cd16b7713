using StreamBert.Contracts;

namespace StreamBert.Tests.Monitoring.Labels;

/// <summary>
/// Measures false alarms on streams without a change. Each case simulates some weeks; with <c>STREAMBERT_FULL=1</c> so many that a rate
/// of more than twice the budget of one per week fails.
/// </summary>
public sealed class LabelCalibrationTests(ITestOutputHelper output)
{
    private const int Week = LabelStream.Week;

    private static readonly bool IsFull = Environment.GetEnvironmentVariable("STREAMBERT_FULL") == "1";

    public static TheoryData<string> Cases => [.. Streams.Keys];

    private static Dictionary<string, Func<int, FalseAlarmBudget, LabelStream>> Streams { get; } = new()
    {
        ["one series of 10 texts per minute"] = static (seed, budget) => new(seed, 1, budget: budget) { Rate = static (_, _) => 10 },
        ["one series of 1 text in 20 minutes"] = static (seed, budget) => new(seed, 1, budget: budget) { Rate = static (_, _) => 0.05 },
        ["8 segments of unequal size"] = static (seed, budget) =>
            new(seed, 8, budget: budget) { Rate = static (_, segment) => 8.0 / (segment + 1) },
        ["a rare class"] = static (seed, budget) =>
            new(seed, 1, budget: budget) { Rate = static (_, _) => 20, Share = static (_, _) => 0.02 },
        ["copies"] = static (seed, budget) => new(seed, 1, budget: budget) { Rate = static (_, _) => 20, Copies = (5, 60) },
        ["a wandering share"] = static (seed, budget) => new(seed, 1, budget: budget) { Rate = static (_, _) => 20, Wander = (0.08, 15) },
        ["day and night"] = static (seed, budget) => new(seed, 1, budget: budget)
        {
            Rate = static (_, _) => 10,
            Share = static (window, _) => 0.2 + 0.12 * Math.Sin(2 * Math.PI * window / LabelStream.Day),
        },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Without_a_change_the_budget_is_kept(string name)
    {
        var (runs, weeks) = IsFull ? (40, 2) : (1, 1);
        var alarms = 0;
        for (var seed = 1; seed <= runs; seed++)
        {
            var stream = Streams[name](seed, new());
            stream.RunTo((2 + weeks) * Week);
            alarms += stream.Count(AlertKinds.LabelSurge, from: 2 * Week);
        }

        output.WriteLine($"{name}: {alarms} alarms in {runs * weeks} weeks");
        Assert.InRange(alarms, 0, IsFull ? 2 * runs * weeks : 4); // P(> 4) = 0.4 % at one per week
    }

    /// <summary>
    /// A monitor that never raised an alert would keep any budget. With a budget of an alarm in two hours the floors of the effect
    /// decide in most series, but all of them together must use an eighth of it; they use a quarter.
    /// </summary>
    [Fact]
    public void The_budget_is_used()
    {
        var (runs, days) = (IsFull ? 20 : 1, 2);
        FalseAlarmBudget budget = new() { FalseAlarms = 1, Per = TimeSpan.FromHours(2) };
        var alarms = 0;
        foreach (var (name, create) in Streams)
        {
            var before = alarms;
            for (var seed = 1; seed <= runs; seed++)
            {
                var stream = create(seed, budget);
                stream.RunTo((2 + days) * LabelStream.Day);
                alarms += stream.Count(AlertKinds.LabelSurge, from: 2 * LabelStream.Day);
            }
            output.WriteLine($"{name}: {alarms - before} alarms in {runs * days} days");
        }

        var budgeted = Streams.Count * runs * days * TimeSpan.FromDays(1) / budget.Per;
        output.WriteLine($"{alarms} alarms, {budgeted} budgeted");
        Assert.InRange(alarms, budgeted / 8, 2 * budgeted);
    }

    /// <summary>A hundred series share the budget; most of them have less than a text in five minutes.</summary>
    [Fact]
    public void A_hundred_segments_keep_the_budget_together()
    {
        var (runs, learned, weeks) = IsFull ? (10, Week, 3) : (1, 2 * LabelStream.Day, 0.25);
        var alarms = 0;
        for (var seed = 1; seed <= runs; seed++)
        {
            var stream = new LabelStream(seed, 100) { Rate = static (_, segment) => 3.86 / (segment + 1) };
            stream.RunTo((int)(learned + weeks * Week));
            alarms += stream.Count(AlertKinds.LabelSurge, from: learned);
        }

        output.WriteLine($"{alarms} alarms in {runs * weeks} weeks");
        Assert.InRange(alarms, 0, IsFull ? 2 * runs * weeks : 3);
    }
}

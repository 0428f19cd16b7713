using StreamBert.Contracts;
using StreamBert.Monitoring.Analysis;
using StreamBert.Monitoring.Scenarios;
using StreamBert.Monitoring.Scenarios.Suites;

namespace StreamBert.Tests.Monitoring.Comparison;

/// <summary>
/// Compares the monitor with methods of other libraries on the same scenarios: false alarms per week, detection and delay.
/// <c>STREAMBERT_FULL=1</c> prints the table.
/// </summary>
public sealed class ComparisonTests
{
    private const int Runs = 3;

    private static readonly string[] Scenarios =
    [
        "independent", "copies-3", "wandering-6", "trading-day", "day-night", "conversations", "polled-source",
        "surge", "slow-rise-8h", "slow-rise-24h", "silence-at-noon", "low-rate-surge", "low-rate-death", "bad-promotion",
    ];

    /// <summary>The kinds of alert about what the other methods see: the sentiment, its confidence and the number of texts.</summary>
    private static readonly string[] ComparedKinds =
    [
        AlertKinds.LabelSurge, AlertKinds.LabelDrop, AlertKinds.VolumeSurge, AlertKinds.VolumeSilence, AlertKinds.VersionChange,
        AlertKinds.LabelDrift, AlertKinds.ConfidenceDrift,
    ];

    [Fact]
    public void Methods_of_other_libraries_and_the_monitor_are_compared_on_the_same_scenarios()
    {
        if (Environment.GetEnvironmentVariable("STREAMBERT_FULL") != "1")
            Assert.Skip("The comparison takes minutes; STREAMBERT_FULL=1 runs it.");
        var definitions = Scenarios.Select(static name => ScenarioCatalog.Find(name)!).ToList();
        var rows = new string[definitions.Count];
        Parallel.For(0, rows.Length, index => rows[index] = Row(definitions[index]));
        Print($"False alarms per week; incidents found of {Runs} runs (by chance at that rate), median delay.");
        Print(Line(["scenario", "StreamBert", .. BaselineMethods.All.Select(static method => method.Name)]));
        Print(Line(Enumerable.Repeat("---", BaselineMethods.All.Count + 2)));
        Assert.All(rows, Print);
    }

    [Fact]
    public void Every_compared_scenario_exists() => Assert.All(Scenarios, static name => Assert.NotNull(ScenarioCatalog.Find(name)));

    /// <summary>
    /// Three sigma on independent texts at a constant rate of 10 per minute gives about 4 false alarms per 1,000 windows (Poisson beyond
    /// 10 ± 9.5: P(K ≥ 20) = 0.35 % by the table); within an hour they count once.
    /// </summary>
    [Fact]
    public void The_three_sigma_rule_alarms_as_often_as_the_Poisson_tail_says()
    {
        var run = ComparedRun.Of(new(ScenarioCatalog.Find("independent")!, seed: 1, judged: TimeSpan.FromDays(1)));

        Assert.InRange(CountRule(run).Count(), 11520 * 0.0035 / 2, 11520 * 0.0035 * 2);
    }

    [Fact]
    public void Three_sigma_on_the_count_sees_the_minutes_without_texts()
    {
        var (start, minute) = (ScenarioDefinition.Start, TimeSpan.FromMinutes(1));
        var texts = Enumerable.Range(0, 100)
            .SelectMany(i => Enumerable.Repeat(new ComparedText(start + i * minute, "neutral", 1), 20 + i % 2));
        var run = new ComparedRun(new(new(start, start + 110 * minute), start, null), [.. texts]);

        Assert.Equal(start + 101 * minute, CountRule(run).First());
    }

    private static IEnumerable<DateTimeOffset> CountRule(ComparedRun run) =>
        BaselineMethods.All.Single(static method => method.Name == "3 σ, count").Alarms(run);

    private static string Row(ScenarioDefinition definition)
    {
        var ours = new MethodResult(definition.Incident);
        var others = BaselineMethods.All.Select(_ => new MethodResult(definition.Incident)).ToList();
        for (var seed = 1; seed <= Runs; seed++)
        {
            Add(ours, ScenarioTrial.Run(definition, seed, new AnalysisOptions()));
            var run = ComparedRun.Of(new(definition, seed));
            foreach (var (method, result) in BaselineMethods.All.Zip(others))
            {
                var episodes = BaselineMethods.Episodes(method.Alarms(run));
                result.Add(run.Period, episodes, episodes);
            }
        }
        return Line([definition.Name, .. others.Prepend(ours).Select(static result => result.ToString())]);
    }

    /// <summary>Adds a run of the monitor: only an alert of the right kind and segment is a detection.</summary>
    private static void Add(MethodResult result, ScenarioTrial trial)
    {
        var alarms = trial.Alarms.Where(static alarm => ComparedKinds.Contains(alarm.Kind)).Select(static alarm => alarm.RaisedAt);
        result.Add(trial.Period, alarms, trial.DetectedAfter is { } delay ? [trial.Period.Incident!.Start + delay] : []);
    }

    private static string Line(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";

    private static void Print(string line) => TestContext.Current.TestOutputHelper!.WriteLine(line);
}

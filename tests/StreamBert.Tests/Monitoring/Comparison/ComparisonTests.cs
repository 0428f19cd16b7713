using System.Globalization;
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
    private const string Ours = "StreamBert";

    private static readonly string[] Scenarios =
    [
        "independent", "copies-3", "wandering-6", "trading-day", "day-night", "surge", "slow-rise-8h", "low-rate-surge", "low-rate-death",
        "bad-promotion",
    ];

    [Fact]
    public void Methods_of_other_libraries_and_the_monitor_are_compared_on_the_same_scenarios()
    {
        if (Environment.GetEnvironmentVariable("STREAMBERT_FULL") != "1")
            Assert.Skip("The comparison takes minutes; STREAMBERT_FULL=1 runs it.");
        foreach (var name in Scenarios)
        {
            foreach (var row in Rows(ScenarioCatalog.Find(name)!))
                TestContext.Current.TestOutputHelper!.WriteLine(row);
        }
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
        var run = new ScenarioRun(ScenarioCatalog.Find("independent")!, seed: 1, judged: TimeSpan.FromDays(1));
        var alarms = BaselineMethods.All.Single(static method => method.Name == "3 sigma, texts per minute").Alarms(run).Count();

        Assert.InRange(alarms, 11520 * 0.0035 / 2, 11520 * 0.0035 * 2);
    }

    private static IEnumerable<string> Rows(ScenarioDefinition definition)
    {
        var runs = Enumerable.Range(1, Runs).Select(seed => new ScenarioRun(definition, seed)).ToList();
        yield return $"{definition.Name}: {definition.Parameters}";
        var trials = Enumerable.Range(1, Runs).Select(seed => ScenarioTrial.Run(definition, seed, new AnalysisOptions())).ToList();
        yield return Row(Ours, definition, trials.Select(static trial => (trial.Period, Times(trial))));
        foreach (var (name, alarms) in BaselineMethods.All)
            yield return Row(name, definition, runs.Select(run => (run.Period, BaselineMethods.Episodes(alarms(run)))));
    }

    private static IReadOnlyList<DateTimeOffset> Times(ScenarioTrial trial) =>
    [
        .. trial.Alarms.Where(static alarm => alarm.Kind is AlertKinds.LabelSurge or AlertKinds.VolumeSurge or AlertKinds.VolumeSilence
            or AlertKinds.VersionChange).Select(static alarm => alarm.RaisedAt),
    ];

    private static string Row(
        string method, ScenarioDefinition definition, IEnumerable<(ScenarioPeriod Period, IReadOnlyList<DateTimeOffset> Alarms)> results)
    {
        var (weeks, falseAlarms, runs) = (0.0, 0, 0);
        List<TimeSpan> delays = [];
        foreach (var (period, alarms) in results)
        {
            var calmEnd = period.Incident?.Start ?? period.Whole.End;
            weeks += (calmEnd - period.JudgedFrom) / TimeSpan.FromDays(7);
            falseAlarms += alarms.Count(alarm => alarm > period.JudgedFrom && alarm <= calmEnd);
            runs++;
            if (definition.Incident is { } plan && alarms.Any(alarm => alarm > calmEnd && alarm <= calmEnd + plan.Within))
                delays.Add(alarms.First(alarm => alarm > calmEnd) - calmEnd);
        }
        var found = definition.Incident is null ? "" : $"; found {delays.Count} of {runs}";
        var delay = delays.Count == 0 ? "" : $", median delay {delays.Order().ElementAt(delays.Count / 2).TotalMinutes:F0} min";
        return string.Create(CultureInfo.InvariantCulture, $"  {method,-30} {falseAlarms / weeks,6:F1} false alarms/week{found}{delay}");
    }
}

using System.Text.Json;
using StreamBert.Contracts;
using StreamBert.Monitoring.Scenarios;
using StreamBert.Monitoring.Scenarios.Suites;

namespace StreamBert.Tests.Monitoring.Scenarios.Suites;

public class SuiteRunnerTests
{
    private static readonly DateTimeOffset Start = ScenarioDefinition.Start;

    /// <summary>A short form of the scenarios: hours instead of weeks.</summary>
    private static readonly IReadOnlyList<ScenarioDefinition> Short =
    [
        ScenarioCatalog.Find("copies-2")! with { Learn = TimeSpan.FromHours(2), Judged = TimeSpan.FromHours(6) },
        ScenarioCatalog.Find("low-rate-death")! with { Learn = TimeSpan.FromHours(24), Judged = TimeSpan.FromHours(12) },
    ];

    [Fact]
    public void The_result_does_not_depend_on_how_many_run_at_once()
    {
        Assert.Equal(Run(1), Run(4));

        static string Run(int parallel) => JsonSerializer.Serialize(
            new SuiteRunner { Runs = 2, Parallel = parallel }.Run(Short, TestContext.Current.CancellationToken)
                .Select(static trial => new { trial.Definition.Name, trial.Alarms, trial.Texts }));
    }

    [Fact]
    public void Every_finished_run_is_reported()
    {
        List<int> finished = [];
        var shorter = Short[0] with { Learn = TimeSpan.FromHours(1), Judged = TimeSpan.FromHours(1) };
        new SuiteRunner { Runs = 4, Parallel = 2, OnFinished = finished.Add }.Run([shorter], TestContext.Current.CancellationToken);
        Assert.Equal([1, 2, 3, 4], finished);
    }

    [Fact]
    public void Only_an_alert_of_the_kind_and_segment_within_the_time_detects()
    {
        Assert.Equal(TimeSpan.FromMinutes(12), Detected(("label-surge", "topic=Energy", 12)));
        Assert.Null(Detected(("label-surge", "topic=Energy", 31)));
        Assert.Null(Detected(("label-surge", "topic=Macro", 12)));
        Assert.Null(Detected(("volume-surge", "topic=Energy", 12)));
        Assert.Null(Detected(("label-surge", "topic=Energy", -12)));
    }

    [Fact]
    public void Alerts_before_the_incident_are_false_and_those_after_its_end_are_counted_apart()
    {
        var trial = Trial(("label-surge", "topic=Energy", -30), ("label-surge", "topic=Energy", 12), ("label-drift", "all", 200));
        var row = DetectRow.Of(trial.Definition, [trial]);
        Assert.Equal(1, row.FalseAlarms!.Value * (trial.Calm / TimeSpan.FromDays(7)), tolerance: 1e-9);
        Assert.Equal(1, row.Afterwards);
        Assert.Equal(1, row.Found);
        Assert.Equal(TimeSpan.FromMinutes(12), row.Median);
    }

    [Fact]
    public void A_row_stands_for_each_kind_that_a_clean_scenario_could_raise()
    {
        var scenario = ScenarioCatalog.Find("independent")!;
        var trial = new ScenarioTrial(scenario, scenario.PeriodOf(1), [new(AlertKinds.LabelSurge, "all", Start.AddDays(9))], 1);
        var rows = CleanRow.Of(scenario, [trial, trial]);
        Assert.Equal(
            ["label-surge", "volume-surge", "volume-silence", "label-drift", "confidence-drift", "length-drift", "token-drift",
                "embedding-drift", "accuracy-drop", "error-rate"],
            rows.Select(static row => row.Kind));
        Assert.Equal((2L, 2.0, 1.0, BudgetComparison.Within), (rows[0].Alarms, rows[0].Weeks, rows[0].Ratio, rows[0].Comparison));
    }

    [Theory]
    [InlineData("independent", 0, true)]
    [InlineData("independent", 9, false)]
    [InlineData("low-rate-death", 9, false)]
    public void A_suite_fails_if_a_scenario_has_too_many_alarms_or_is_surely_missed(string name, int alarms, bool passes)
    {
        var scenario = ScenarioCatalog.Find(name)!;
        var period = scenario.PeriodOf(1);
        var raised = Enumerable.Range(1, alarms).Select(hour =>
            new ScenarioAlarm(AlertKinds.LabelSurge, "all", period.JudgedFrom.AddHours(hour)));
        Assert.Equal(passes, SuiteVerdict.Passes([.. Enumerable.Repeat(new ScenarioTrial(scenario, period, [.. raised], 1), 10)]));
    }

    [Fact]
    public void A_version_that_changes_and_a_label_that_may_fall_have_rows_in_the_scenario_with_two_versions()
    {
        var scenario = ScenarioCatalog.Find("harmless-version")!;
        var rows = CleanRow.Of(scenario, [new ScenarioTrial(scenario, scenario.PeriodOf(1), [], 1)]);
        var kinds = rows.Select(static row => row.Kind).ToHashSet();
        Assert.Contains(AlertKinds.VersionChange, kinds);
        Assert.Contains(AlertKinds.LabelDrop, kinds);
    }

    [Theory]
    [InlineData(0, 200, "Few")]
    [InlineData(0, 4, "Uncertain")]
    [InlineData(150, 200, "Within")]
    [InlineData(600, 200, "TooMany")]
    public void The_result_compares_the_interval_with_a_factor_of_two(long alarms, double weeks, string expected) =>
        Assert.Equal(expected, new CleanRow("independent", "label-surge", 1, weeks, alarms, 1).Comparison.ToString());

    /// <summary>Oracle: the table of Garwood (1936).</summary>
    [Theory]
    [InlineData(0, 0, 3.689)]
    [InlineData(1, 0.0253, 5.572)]
    [InlineData(10, 4.795, 18.390)]
    public void The_interval_of_a_count_is_that_of_the_published_table(long count, double low, double high)
    {
        Assert.Equal(low, PoissonInterval.Of(count).Low, tolerance: 0.001);
        Assert.Equal(high, PoissonInterval.Of(count).High, tolerance: 0.001);
    }

    /// <summary>Oracle: the interval of 0 and n of n is 1 − 0.025^(1/n); that of 2 of 10 is in the table of Clopper and Pearson.</summary>
    [Theory]
    [InlineData(0, 10, 0, 0.3085)]
    [InlineData(2, 10, 0.0252, 0.5561)]
    [InlineData(200, 200, 0.9817, 1)]
    public void The_interval_of_a_share_is_that_of_the_published_table(long found, long runs, double low, double high)
    {
        Assert.Equal(low, BinomialInterval.Of(found, runs).Low, tolerance: 0.0001);
        Assert.Equal(high, BinomialInterval.Of(found, runs).High, tolerance: 0.0001);
    }

    [Theory]
    [InlineData(190, 200, "Met")]
    [InlineData(3, 4, "Uncertain")]
    [InlineData(150, 200, "Missed")]
    public void A_share_below_the_target_is_missed_once_its_interval_is_below(int found, int runs, string expected)
    {
        var plan = new IncidentPlan { Length = TimeSpan.FromHours(1), Within = TimeSpan.FromHours(1), Kinds = ["label-surge"] };
        var row = new DetectRow("surge", plan, [.. Enumerable.Repeat(TimeSpan.FromMinutes(5), found)], runs, 0, 0);
        Assert.Equal(expected, row.Comparison.ToString());
    }

    [Fact]
    public void Kinds_that_a_scenario_cannot_raise_are_named()
    {
        var scenario = ScenarioCatalog.Find("independent")!;
        var trial = new ScenarioTrial(scenario, scenario.PeriodOf(1), [new(AlertKinds.VersionChange, "all", Start.AddDays(9))], 1);
        Assert.Contains(AlertKinds.Fairness, CleanRow.KindsWithoutRow(scenario, [trial]));
        Assert.DoesNotContain(AlertKinds.VersionChange, CleanRow.KindsWithoutRow(scenario, [trial]));
    }

    private static TimeSpan? Detected(params (string Kind, string Segment, double Minute)[] alarms) => Trial(alarms).DetectedAfter;

    private static ScenarioTrial Trial(params (string Kind, string Segment, double Minute)[] alarms)
    {
        var scenario = ScenarioCatalog.Find("low-rate-surge")!;
        var period = scenario.PeriodOf(1);
        return new(
            scenario, period,
            [.. alarms.Select(alarm => new ScenarioAlarm(alarm.Kind, alarm.Segment, period.Incident!.Start.AddMinutes(alarm.Minute)))], 1);
    }
}

using StreamBert.Cli.Backtests.Suites;
using StreamBert.Contracts;
using StreamBert.Monitoring.Scenarios;
using StreamBert.Monitoring.Scenarios.Suites;

namespace StreamBert.Tests.Cli.Backtests.Suites;

public sealed class CleanTableTests
{
    private static readonly DateTimeOffset Start = ScenarioDefinition.Start;

    [Fact]
    public void A_row_is_a_scenario_and_a_column_a_kind_that_was_raised()
    {
        var table = CleanTable.Of([Runs("copies-2", 20, 4), Runs("conversations", 10, 40)]);

        Assert.Equal(["scenario", "#runs", "#weeks", "#label-surge"], table.Columns);
        Assert.Equal(["copies-2", "20", "20", "0.20 (0.05–0.51)"], table.Rows[0]); // Garwood: 1.09 to 10.24 alarms
        Assert.Equal(["conversations", "10", "10", "TOO MANY: 4.00 (2.86–5.45)"], table.Rows[1]);
        Assert.Equal(["all", "30", "30", "1.47 (1.07–1.97)"], table.Rows[2]);
    }

    [Fact]
    public void Kinds_without_an_alarm_and_kinds_that_cannot_be_raised_are_named()
    {
        var notes = CleanTable.Of([Runs("copies-2", 20, 4), Runs("conversations", 10, 40)]).Notes;

        Assert.StartsWith("Budget: 1 per week and kind. Of ", notes[0], StringComparison.Ordinal);
        Assert.Contains("1 are above", notes[0], StringComparison.Ordinal);
        Assert.Contains("volume-silence: no alarm in 30 weeks.", notes);
        Assert.Contains("fairness: no alarm in 10 weeks.", notes);
        Assert.Contains("model-refused is not judged: no scenario can raise it.", notes);
    }

    /// <summary>Returns runs of a week each, with label surges in the first of them.</summary>
    private static IReadOnlyList<ScenarioTrial> Runs(string scenario, int runs, int alarms) =>
    [
        .. Enumerable.Range(0, runs).Select(run => new ScenarioTrial(
            ScenarioCatalog.Find(scenario)!,
            new(new TimeWindow(Start, Start.AddDays(21)), Start.AddDays(14), null),
            [.. Enumerable.Range(0, run == 0 ? alarms : 0).Select(
                static number => new ScenarioAlarm(AlertKinds.LabelSurge, "all", Start.AddDays(15).AddMinutes(number)))],
            Texts: 1000)),
    ];
}

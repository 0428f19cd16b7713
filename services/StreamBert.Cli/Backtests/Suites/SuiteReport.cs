using StreamBert.Contracts;
using StreamBert.Monitoring.Scenarios.Suites;

namespace StreamBert.Cli.Backtests.Suites;

/// <summary>The results of a suite as JSON: the false alarms of a kind in a clean scenario.</summary>
internal sealed record CleanReport(
    string Scenario, string Kind, int Runs, double Weeks, long Alarms, double PerWeek, Interval Interval, double Budget, double Ratio,
    string Comparison);

/// <summary>The results of a suite as JSON: the detections in a labelled scenario; times are in seconds.</summary>
internal sealed record DetectReport(
    string Scenario, IReadOnlyList<string> Kinds, double WithinSeconds, int Runs, int Found, double Share, Interval Interval, double Target,
    string Comparison, double? MedianDelaySeconds, double? LateDelaySeconds, double? FalseAlarmsPerWeek, double AlertsAfterwards);

/// <summary>Creates the JSON of the results of a suite.</summary>
internal static class SuiteReport
{
    public static object OfClean(IReadOnlyList<IReadOnlyList<ScenarioTrial>> trials) =>
        trials.SelectMany(static runs => CleanRow.Of(runs[0].Definition, runs)).Select(static row => new CleanReport(
            row.Scenario, row.Kind, row.Runs, row.Weeks, row.Alarms, row.PerWeek, row.Interval, row.Budget, row.Ratio,
            row.Comparison.ToString())).ToList();

    public static object OfDetect(IReadOnlyList<IReadOnlyList<ScenarioTrial>> trials) =>
        trials.Select(static runs => DetectRow.Of(runs[0].Definition, runs)).Select(static row => new DetectReport(
            row.Scenario, row.Plan.Kinds, row.Plan.Within.TotalSeconds, row.Runs, row.Found, row.Share, row.Interval, row.Plan.Target,
            row.Comparison.ToString(), row.Median?.TotalSeconds, row.Late?.TotalSeconds, row.FalseAlarms, row.Afterwards)).ToList();
}

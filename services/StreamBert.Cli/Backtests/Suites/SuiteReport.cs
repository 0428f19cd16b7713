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

/// <summary>How often the 95 % interval of the estimated accuracy covered the realised accuracy in the runs of a scenario.</summary>
internal sealed record CoverageReport(string Scenario, int Runs, long Intervals, long Covered, double? Share)
{
    public static CoverageReport Of(IReadOnlyList<ScenarioTrial> runs)
    {
        var sum = runs.Aggregate(default(IntervalCoverage), static (sum, trial) => sum + trial.Coverage);
        double? share = sum.Intervals > 0 ? (double)sum.Covered / sum.Intervals : null;
        return new(runs[0].Definition.Name, runs.Count, sum.Intervals, sum.Covered, share);
    }
}

/// <summary>The results of the clean suite as JSON.</summary>
internal sealed record CleanSuiteReport(IReadOnlyList<CleanReport> FalseAlarms, IReadOnlyList<CoverageReport> AccuracyCoverage);

/// <summary>Creates the JSON of the results of a suite.</summary>
internal static class SuiteReport
{
    public static object OfClean(IReadOnlyList<IReadOnlyList<ScenarioTrial>> trials) => new CleanSuiteReport(
        [.. trials.SelectMany(static runs => CleanRow.Of(runs[0].Definition, runs)).Select(static row => new CleanReport(
            row.Scenario, row.Kind, row.Runs, row.Weeks, row.Alarms, row.PerWeek, row.Interval, row.Budget, row.Ratio,
            row.Comparison.ToString()))],
        [.. trials.Select(CoverageReport.Of)]);

    public static object OfDetect(IReadOnlyList<IReadOnlyList<ScenarioTrial>> trials) =>
        trials.Select(static runs => DetectRow.Of(runs[0].Definition, runs)).Select(static row => new DetectReport(
            row.Scenario, row.Plan.Kinds, row.Plan.Within.TotalSeconds, row.Runs, row.Found, row.Share, row.Interval, row.Plan.Target,
            row.Comparison.ToString(), row.Median?.TotalSeconds, row.Late?.TotalSeconds, row.FalseAlarms, row.Afterwards)).ToList();
}

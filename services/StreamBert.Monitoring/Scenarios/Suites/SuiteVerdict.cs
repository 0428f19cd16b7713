namespace StreamBert.Monitoring.Scenarios.Suites;

/// <summary>Tells whether the runs of a suite show that the monitor keeps its promises.</summary>
internal static class SuiteVerdict
{
    /// <summary>
    /// Returns false if a kind of a clean scenario raises too many alarms, or if the incident of a labelled one is missed too often, each
    /// with 95 % confidence. Runs that are too few to tell pass.
    /// </summary>
    /// <param name="runs">The runs of a scenario.</param>
    public static bool Passes(IReadOnlyList<ScenarioTrial> runs) => runs[0].Definition switch
    {
        { Suite: ScenarioSuite.Clean } clean => CleanRow.Of(clean, runs).All(static row => row.Comparison != BudgetComparison.TooMany),
        var labelled => DetectRow.Of(labelled, runs).Comparison != TargetComparison.Missed,
    };
}

using StreamBert.Cli.Output;
using StreamBert.Contracts;
using StreamBert.Monitoring.Scenarios.Suites;

namespace StreamBert.Cli.Backtests.Suites;

/// <summary>
/// Makes the table of the clean suite: a row for each scenario and one for all of them, a column for each kind of alert that was raised.
/// </summary>
internal static class CleanTable
{
    private const string None = "–";

    public static SuiteTable Of(IReadOnlyList<IReadOnlyList<ScenarioTrial>> trials)
    {
        var rows = trials.SelectMany(static runs => CleanRow.Of(runs[0].Definition, runs)).ToList();
        var raised = AlertKinds.All.Where(kind => rows.Exists(row => row.Kind == kind && row.Alarms > 0)).ToList();
        var scenarios = trials.Select(static runs => runs[0].Definition.Name);
        return new(
            "False alarms per week on clean scenarios, with the exact 95 % interval",
            ["scenario", "#runs", "#weeks", .. raised.Select(static kind => "#" + kind)],
            [.. scenarios.Select(scenario => Row(scenario, rows.FindAll(row => row.Scenario == scenario), raised)), Total(rows, raised)])
        { Notes = [Comparison(rows), .. NotRaised(rows, raised), .. NotJudged(trials)] };
    }

    private static string[] Row(string scenario, List<CleanRow> rows, List<string> kinds) =>
    [
        scenario,
        Format.Count(rows[0].Runs),
        Format.Number(rows[0].Weeks, "0.#"),
        .. kinds.Select(kind => rows.Find(row => row.Kind == kind) is { } row ? Cell(row) : None),
    ];

    /// <summary>Returns the row of all scenarios together; the weeks of a kind are those of the scenarios that could raise it.</summary>
    private static string[] Total(List<CleanRow> rows, List<string> kinds)
    {
        var scenarios = rows.DistinctBy(static row => row.Scenario).ToList();
        return
        [
            "all",
            Format.Count(scenarios.Sum(static row => row.Runs)),
            Format.Number(scenarios.Sum(static row => row.Weeks), "0.#"),
            .. kinds.Select(kind => rows.FindAll(row => row.Kind == kind)).Select(static of => Cell(of[0] with
            {
                Weeks = of.Sum(static row => row.Weeks),
                Alarms = of.Sum(static row => row.Alarms),
            })),
        ];
    }

    private static string Cell(CleanRow row)
    {
        var tooMany = row.Comparison == BudgetComparison.TooMany ? "TOO MANY: " : "";
        var (low, high) = (Format.Number(row.Interval.Low, "0.00"), Format.Number(row.Interval.High, "0.00"));
        return $"{tooMany}{Format.Number(row.PerWeek, "0.00")} ({low}–{high})";
    }

    private static string Comparison(List<CleanRow> rows)
    {
        var budgets = rows.Select(static row => Format.Number(row.Budget, "0.##")).Distinct();
        return $"Budget: {string.Join(", ", budgets)} per week and kind. Of {Format.Count(rows.Count)} pairs of scenario and kind "
            + $"{Count(BudgetComparison.Within)} are within a factor of two of it; {Count(BudgetComparison.TooMany)} are above and "
            + $"{Count(BudgetComparison.Few)} below with 95 % confidence; {Count(BudgetComparison.Uncertain)} have too few runs to tell.";

        int Count(BudgetComparison comparison) => rows.Count(row => row.Comparison == comparison);
    }

    private static IEnumerable<string> NotRaised(List<CleanRow> rows, List<string> raised) =>
        rows.Where(row => !raised.Contains(row.Kind)).GroupBy(static row => row.Kind).Select(static of =>
            $"{of.Key}: no alarm in {Format.Number(of.Sum(static row => row.Weeks), "0.#")} weeks.");

    private static IEnumerable<string> NotJudged(IReadOnlyList<IReadOnlyList<ScenarioTrial>> trials) => trials
        .SelectMany(static runs => CleanRow.KindsWithoutRow(runs[0].Definition, runs))
        .CountBy(static kind => kind)
        .Where(left => left.Value == trials.Count)
        .Select(static left => $"{left.Key} is not judged: no scenario can raise it.");
}

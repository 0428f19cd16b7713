using StreamBert.Contracts;

namespace StreamBert.Monitoring.Scenarios.Suites;

/// <summary>The false alarms of a kind in all runs of a clean scenario, beside the budget.</summary>
/// <param name="Scenario">The name of the scenario.</param>
/// <param name="Kind">The kind of alert.</param>
/// <param name="Runs">The number of runs.</param>
/// <param name="Weeks">The judged weeks of all runs.</param>
/// <param name="Alarms">The false alarms in them.</param>
/// <param name="Budget">The acceptable number in a week.</param>
internal sealed record CleanRow(string Scenario, string Kind, int Runs, double Weeks, long Alarms, double Budget)
{
    private const double Factor = 2;

    /// <summary>Kinds that no clean scenario can raise: they are not about its texts.</summary>
    private static readonly string[] NotJudged = [AlertKinds.ModelRefused, AlertKinds.RolloutRolledBack, AlertKinds.CardinalityLimit];

    /// <summary>The false alarms in a week.</summary>
    public double PerWeek => Alarms / Weeks;

    /// <summary>The 95 % interval of <see cref="PerWeek"/>.</summary>
    public Interval Interval => new(PoissonInterval.Of(Alarms).Low / Weeks, PoissonInterval.Of(Alarms).High / Weeks);

    /// <summary>The ratio of <see cref="PerWeek"/> to <see cref="Budget"/>.</summary>
    public double Ratio => PerWeek / Budget;

    /// <summary>Whether the rate is within a factor of two of the budget, or which side of it the whole interval is on.</summary>
    public BudgetComparison Comparison => Interval.Low > Factor * Budget ? BudgetComparison.TooMany
        : Interval.High < Budget / Factor ? BudgetComparison.Few
        : Ratio is >= 1 / Factor and <= Factor ? BudgetComparison.Within
        : BudgetComparison.Uncertain;

    /// <summary>Summarizes the runs of a clean scenario: a row for each kind that it could raise, and for each that it did.</summary>
    public static IReadOnlyList<CleanRow> Of(ScenarioDefinition scenario, IReadOnlyList<ScenarioTrial> trials)
    {
        var weeks = trials.Sum(static trial => trial.Calm / TimeSpan.FromDays(7));
        var budget = scenario.Pipeline.Monitor.Rules.Budget;
        var perWeek = budget.FalseAlarms * (TimeSpan.FromDays(7) / budget.Per);
        var alarms = trials.SelectMany(static trial => trial.FalseAlarms).CountBy(static alarm => alarm.Kind).ToDictionary();
        return
        [
            .. AlertKinds.All.Where(kind => alarms.ContainsKey(kind) || IsJudged(scenario, kind))
                .Select(kind => new CleanRow(scenario.Name, kind, trials.Count, weeks, alarms.GetValueOrDefault(kind), perWeek)),
        ];
    }

    /// <summary>Returns the kinds without a row: those that the scenario cannot raise and did not.</summary>
    public static IEnumerable<string> KindsWithoutRow(ScenarioDefinition scenario, IReadOnlyList<ScenarioTrial> trials) =>
        AlertKinds.All.Except(Of(scenario, trials).Select(static row => row.Kind));

    private static bool IsJudged(ScenarioDefinition scenario, string kind) => kind switch
    {
        AlertKinds.Fairness => scenario.Pipeline.Monitor.Rules.Fairness.Count > 0,
        AlertKinds.VersionChange => scenario.Profiles.Count > 1,
        AlertKinds.LabelDrop => scenario.Pipeline.Monitor.Rules.Labels.Any(static rule => rule.Direction != ChangeDirection.Above),
        _ => !NotJudged.Contains(kind),
    };
}

/// <summary>Lists the results of a comparison with the budget.</summary>
internal enum BudgetComparison
{
    /// <summary>The rate is within a factor of two of the budget.</summary>
    Within,

    /// <summary>The rate is more than twice the budget, with 95 % confidence.</summary>
    TooMany,

    /// <summary>The rate is less than half the budget, with 95 % confidence.</summary>
    Few,

    /// <summary>The rate is outside of the factor of two, but the runs are too few to tell.</summary>
    Uncertain,
}

using StreamBert.Monitoring.Analysis;
using StreamBert.Monitoring.Backtesting;

namespace StreamBert.Monitoring.Scenarios.Suites;

/// <summary>The result of one run of a scenario: its alerts and its times.</summary>
/// <param name="Definition">The scenario.</param>
/// <param name="Period">The times.</param>
/// <param name="Alarms">The alerts after the learning period, in order.</param>
/// <param name="Texts">The number of texts.</param>
internal sealed record ScenarioTrial(
    ScenarioDefinition Definition, ScenarioPeriod Period, IReadOnlyList<ScenarioAlarm> Alarms, long Texts)
{
    /// <summary>How often the interval of the estimated accuracy covered the realised one in a judged hour of a head.</summary>
    public IntervalCoverage Coverage { get; init; }

    /// <summary>The time whose alerts are false alarms: all of it in a clean scenario, otherwise that before the incident.</summary>
    public TimeSpan Calm => (Period.Incident?.Start ?? Period.Whole.End) - Period.JudgedFrom;

    /// <summary>The alerts in <see cref="Calm"/>.</summary>
    public IEnumerable<ScenarioAlarm> FalseAlarms => Period.Incident is { Start: var start }
        ? Alarms.Where(alarm => alarm.RaisedAt <= start)
        : Alarms;

    /// <summary>The alerts after the end of the incident, which report the recovery.</summary>
    public IEnumerable<ScenarioAlarm> Afterwards => Period.Incident is { End: var end }
        ? Alarms.Where(alarm => alarm.RaisedAt > end + Definition.Pipeline.Monitor.Window)
        : [];

    /// <summary>
    /// The time from the start of the incident to the first alert that detects it; null if none came within the stated time.
    /// </summary>
    public TimeSpan? DetectedAfter => Definition.Incident is { } plan && Period.Incident is { Start: var start }
        && Alarms.FirstOrDefault(alarm => Detects(plan, alarm) && alarm.RaisedAt > start) is { } first
        && first.RaisedAt - start <= plan.Within
        ? first.RaisedAt - start
        : null;

    /// <summary>Runs a scenario through a backtest, in which people label the random sample at once.</summary>
    /// <param name="definition">The scenario.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="options">The technical limits of the monitor.</param>
    /// <param name="judged">The time that is judged; null for the scenario's own.</param>
    /// <exception cref="InvalidOperationException">A detector threw, so that the result is worth nothing.</exception>
    public static ScenarioTrial Run(ScenarioDefinition definition, int seed, AnalysisOptions options, TimeSpan? judged = null)
    {
        var run = new ScenarioRun(definition, seed, judged);
        var (inputs, coverage) = (new LabelledInputs(definition.Pipeline), new RealisedAccuracy(run.Period.JudgedFrom));
        var settings = new BacktestSettings
        {
            To = run.Period.Whole.End,
            Profiles = definition.Profiles,
            OnOutput = coverage.Compare,
        };
        var result = Backtest.Run(definition.Pipeline, options, _ => inputs.Of(coverage.Observe(run.Generate()), settings), settings);
        if (result.Failures.Count > 0)
            throw new InvalidOperationException($"Scenario {definition.Name}, seed {seed}: {result.Failures[0].Fault.Detail}");
        var alarms = result.Raised.Where(alert => alert.RaisedAt > run.Period.JudgedFrom)
            .Select(static alert => new ScenarioAlarm(alert.Kind, alert.Series.Segment, alert.RaisedAt));
        return new(definition, run.Period, [.. alarms], result.EventTime.Texts) { Coverage = coverage.Coverage };
    }

    private static bool Detects(IncidentPlan plan, ScenarioAlarm alarm) =>
        plan.Kinds.Contains(alarm.Kind) && (plan.Segment is null || plan.Segment == alarm.Segment);
}

using StreamBert.Contracts;

namespace StreamBert.Monitoring.Scenarios.Suites;

/// <summary>The detections in all runs of a labelled scenario.</summary>
/// <param name="Scenario">The name of the scenario.</param>
/// <param name="Plan">What goes wrong.</param>
/// <param name="Delays">The delays of the runs that detected it in time, in order of size.</param>
/// <param name="Runs">The number of runs.</param>
/// <param name="FalseAlarms">The alerts before the incident in a week, of all kinds.</param>
/// <param name="Afterwards">The alerts in a run after the incident, which report the recovery.</param>
internal sealed record DetectRow(
    string Scenario, IncidentPlan Plan, IReadOnlyList<TimeSpan> Delays, int Runs, double? FalseAlarms, double Afterwards)
{
    /// <summary>The number of runs that detected the incident in time.</summary>
    public int Found => Delays.Count;

    /// <summary>Their share.</summary>
    public double Share => (double)Found / Runs;

    /// <summary>The exact 95 % interval of the share.</summary>
    public Interval Interval => BinomialInterval.Of(Found, Runs);

    /// <summary>Whether the share reaches the target, or whether the whole interval is below it.</summary>
    public TargetComparison Comparison => Share >= Plan.Target ? TargetComparison.Met
        : Interval.High < Plan.Target ? TargetComparison.Missed
        : TargetComparison.Uncertain;

    /// <summary>The median delay of the detections; null without any.</summary>
    public TimeSpan? Median => Quantile(0.5);

    /// <summary>The delay within which 90 % of the detections came.</summary>
    public TimeSpan? Late => Quantile(0.9);

    /// <summary>Summarizes the runs of a labelled scenario.</summary>
    public static DetectRow Of(ScenarioDefinition scenario, IReadOnlyList<ScenarioTrial> trials)
    {
        var weeks = trials.Sum(static trial => trial.Calm / TimeSpan.FromDays(7));
        return new(
            scenario.Name,
            scenario.Incident!,
            [.. trials.Select(static trial => trial.DetectedAfter).OfType<TimeSpan>().Order()],
            trials.Count,
            weeks > 0 ? trials.Sum(static trial => trial.FalseAlarms.Count()) / weeks : null,
            trials.Average(static trial => trial.Afterwards.Count()));
    }

    private TimeSpan? Quantile(double level) => Found == 0 ? null : Delays[(int)Math.Ceiling(level * Found) - 1];
}

/// <summary>Lists the results of a comparison with the target.</summary>
internal enum TargetComparison
{
    /// <summary>The share of the runs reaches the target.</summary>
    Met,

    /// <summary>The share is below the target, with 95 % confidence.</summary>
    Missed,

    /// <summary>The share of the runs is below the target, but the runs are too few to tell.</summary>
    Uncertain,
}

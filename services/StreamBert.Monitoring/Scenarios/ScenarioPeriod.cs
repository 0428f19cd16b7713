using StreamBert.Contracts;

namespace StreamBert.Monitoring.Scenarios;

/// <summary>The times of a run of a scenario.</summary>
/// <param name="Whole">From the first text to the end.</param>
/// <param name="JudgedFrom">The end of the learning period, whose alerts are not scored.</param>
/// <param name="Incident">When something is wrong; null in a clean scenario.</param>
internal sealed record ScenarioPeriod(TimeWindow Whole, DateTimeOffset JudgedFrom, TimeWindow? Incident)
{
    /// <summary>Whether something is wrong at a time.</summary>
    public bool IsIncident(DateTimeOffset time) => Incident is { } incident && time >= incident.Start && time < incident.End;

    /// <summary>How much of the incident has passed at a time: 0 before it, 1 from its end on.</summary>
    public double Progress(DateTimeOffset time) => Incident is { } incident
        ? Math.Clamp((time - incident.Start) / (incident.End - incident.Start), 0, 1)
        : 0;
}

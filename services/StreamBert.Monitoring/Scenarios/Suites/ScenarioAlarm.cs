namespace StreamBert.Monitoring.Scenarios.Suites;

/// <summary>An alert of a trial.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Segment">The segment of its series.</param>
/// <param name="RaisedAt">When it was raised, in event time.</param>
internal sealed record ScenarioAlarm(string Kind, string Segment, DateTimeOffset RaisedAt);

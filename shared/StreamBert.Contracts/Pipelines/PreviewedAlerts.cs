namespace StreamBert.Contracts;

/// <summary>Summarizes the alerts that rules raise in a period.</summary>
/// <param name="Total">The number of alerts.</param>
/// <param name="Kinds">The number of alerts of each kind.</param>
/// <param name="Latest">The latest alerts, the latest first.</param>
public sealed record PreviewedAlerts(int Total, IReadOnlyDictionary<string, int> Kinds, IReadOnlyList<PreviewedAlert> Latest);

/// <summary>Describes an alert of a preview.</summary>
/// <param name="Id">The fingerprint and the window in which the alert starts to fire.</param>
/// <param name="Kind">One of <see cref="AlertKinds"/>.</param>
/// <param name="Severity"><c>warning</c> or <c>critical</c>.</param>
/// <param name="Title">A title of one line.</param>
/// <param name="RaisedAt">The event time at which it starts to fire.</param>
/// <param name="ResolvedAt">The event time at which it is resolved; null if it still fires at the end.</param>
public sealed record PreviewedAlert(
    string Id, string Kind, string Severity, string Title, DateTimeOffset RaisedAt, DateTimeOffset? ResolvedAt);

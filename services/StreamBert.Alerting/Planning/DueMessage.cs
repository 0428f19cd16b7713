namespace StreamBert.Alerting.Planning;

/// <summary>A message that is due.</summary>
/// <param name="Cause">Why, one of <see cref="Contracts.NotificationCauses"/>.</param>
/// <param name="Alerts">The alerts that it reports; at least one.</param>
internal sealed record DueMessage(string Cause, IReadOnlyList<GroupedAlert> Alerts);

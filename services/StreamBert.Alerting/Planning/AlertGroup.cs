using StreamBert.Alerting.Routing;

namespace StreamBert.Alerting.Planning;

/// <summary>The alerts of a route that have the same values of the labels by which it groups.</summary>
/// <param name="Route">The route.</param>
/// <param name="Key">The key of the group.</param>
/// <param name="Labels">The labels by which the route groups, with their values.</param>
/// <param name="Alerts">The alerts, in the order in which they started firing.</param>
internal sealed record AlertGroup(
    AlertRoute Route, string Key, IReadOnlyDictionary<string, string> Labels, IReadOnlyList<GroupedAlert> Alerts);

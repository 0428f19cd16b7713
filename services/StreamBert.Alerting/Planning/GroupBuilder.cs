using StreamBert.Alerting.Routing;
using StreamBert.Alerting.State;

namespace StreamBert.Alerting.Planning;

/// <summary>Divides the known alerts into groups.</summary>
internal sealed class GroupBuilder(RouteTable routes, MuteFinder mutes, AlertingState state, DateTimeOffset now)
{
    private readonly IReadOnlyList<KnownAlert> _alerts = state.Alerts.All;

    /// <summary>
    /// Returns the groups. An alert is in those of its routes, and stays in those that have reported it as firing, also when its labels
    /// have changed since.
    /// </summary>
    public IReadOnlyList<AlertGroup> Build()
    {
        var groups = new Dictionary<string, (AlertRoute Route, IReadOnlyDictionary<string, string> Labels, HashSet<KnownAlert> Alerts)>();
        foreach (var (key, incident) in state.OpenIncidents())
        {
            if (routes.Find(RouteOf(key)) is { } route)
                groups.TryAdd(key, (route, incident.GroupLabels, []));
        }
        foreach (var alert in _alerts)
        {
            foreach (var route in routes.RoutesOf(alert.Labels))
            {
                var labels = route.GroupLabels(alert.Labels);
                groups.TryAdd(route.GroupKey(labels), (route, labels, []));
                groups[route.GroupKey(labels)].Alerts.Add(alert);
            }
        }
        AddReported(groups.ToDictionary(static group => group.Key, static group => group.Value.Alerts));
        return
        [
            .. groups.Select(group => new AlertGroup(
                group.Value.Route, group.Key, group.Value.Labels,
                [.. KnownAlerts.InOrder(group.Value.Alerts).Select(alert => Describe(alert, group.Value.Route))])),
        ];
    }

    private void AddReported(Dictionary<string, HashSet<KnownAlert>> groups)
    {
        var alerts = _alerts.ToDictionary(static alert => alert.Raised.Fingerprint);
        foreach (var (key, incident) in state.OpenIncidents())
        {
            foreach (var fingerprint in incident.Firing)
            {
                if (groups.TryGetValue(key, out var group) && alerts.TryGetValue(fingerprint, out var alert))
                    group.Add(alert);
            }
        }
    }

    private GroupedAlert Describe(KnownAlert alert, AlertRoute route)
    {
        var (mutedBy, readyAt) = mutes.Of(alert);
        return new(
            alert, alert.IsFiring(now, route.Options.KeepFiringFor), mutedBy, readyAt,
            state.Actions.AcknowledgementOf(alert.Raised.Id)?.Actor);
    }

    private static string RouteOf(string groupKey) => groupKey[..Math.Max(0, groupKey.IndexOf('{', StringComparison.Ordinal))];
}

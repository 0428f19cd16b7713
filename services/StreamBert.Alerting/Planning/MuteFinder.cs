using StreamBert.Alerting.Routing;
using StreamBert.Alerting.State;

namespace StreamBert.Alerting.Planning;

/// <summary>Finds what mutes alerts at a time.</summary>
internal sealed class MuteFinder
{
    private readonly TimeSpan _maxAge;
    private readonly AlertingState _state;
    private readonly DateTimeOffset _now;
    private readonly IReadOnlyList<(InhibitionRule Rule, List<KnownAlert> Sources)> _inhibitions;
    private readonly Dictionary<KnownAlert, (string? MutedBy, DateTimeOffset ReadyAt)> _found = [];

    public MuteFinder(RouteTable routes, TimeSpan maxAge, AlertingState state, DateTimeOffset now)
    {
        (_maxAge, _state, _now) = (maxAge, state, now);
        var alerts = state.Alerts.All;
        _inhibitions = [.. routes.Inhibitions.Select(rule => (rule, alerts.Where(alert => rule.IsSource(alert.Labels)).ToList()))];
    }

    /// <summary>Returns what mutes an alert, or muted it when it was resolved, and since when it could be reported.</summary>
    public (string? MutedBy, DateTimeOffset ReadyAt) Of(KnownAlert alert)
    {
        if (!_found.TryGetValue(alert, out var found))
            _found[alert] = found = Find(alert);
        return found;
    }

    private (string? MutedBy, DateTimeOffset ReadyAt) Find(KnownAlert alert)
    {
        var muting = _inhibitions.Where(static inhibition => inhibition.Sources.Count > 0)
            .Where(inhibition => inhibition.Rule.IsTarget(alert.Labels))
            .SelectMany(inhibition => inhibition.Sources
                .Where(source => source.Overlaps(alert) && inhibition.Rule.HasEqualLabels(source.Labels, alert.Labels)))
            .ToList();
        var readyAt = muting.Select(static source => source.ResolvedSeenAt).Append(alert.SeenAt).Max() ?? alert.SeenAt;
        if (alert.IsHistorical(_now, _maxAge))
            return (MuteReasons.Replayed, readyAt);
        if (IsSilenced(alert))
            return (MuteReasons.Silenced, readyAt);
        var isInhibited = muting.Exists(source => source.ResolvedSeenAt is null || alert.ResolvedSeenAt is not null);
        return (isInhibited ? MuteReasons.Inhibited : null, readyAt);
    }

    private bool IsSilenced(KnownAlert alert) =>
        _state.Actions.SilenceOf(alert.Labels, alert.ResolvedSeenAt ?? _now) is not null
        || (alert.ResolvedSeenAt is not null && _state.Actions.SilenceOf(alert.Labels, alert.SeenAt) is not null);
}

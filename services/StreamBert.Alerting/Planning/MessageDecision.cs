using StreamBert.Alerting.Routing;
using StreamBert.Alerting.State;
using StreamBert.Contracts;

namespace StreamBert.Alerting.Planning;

/// <summary>Decides whether a receiver is due a message about a group, and why.</summary>
internal sealed class MessageDecision(
    AlertGroup group, RouteTarget target, Incident? incident, AlertingState state, DateTimeOffset now)
{
    /// <summary>
    /// How long ago an alert may have been resolved that no message has reported: it fired while the service was stopped, or more briefly
    /// than the group waits.
    /// </summary>
    private static readonly TimeSpan MaxUnreported = TimeSpan.FromHours(1);

    private AlertRouteOptions Options => group.Route.Options;

    /// <summary>Returns the message that is due; null if none is.</summary>
    public DueMessage? Decide() => incident is { IsOpen: true } open ? Continue(open)
        : !group.Route.IsActive(now) ? null
        : target.After is { } after ? Escalate(after) : Begin();

    /// <summary>Begins an incident when the group has waited for further alerts.</summary>
    private DueMessage? Begin()
    {
        var alerts = group.Alerts.Where(IsUnreported).ToList();
        if (alerts.Count == 0 || now - alerts.Min(static alert => alert.ReadyAt) < Options.GroupWait)
            return null;
        return new(alerts.Exists(static alert => alert.IsFiring) ? NotificationCauses.Firing : NotificationCauses.Resolved, alerts);
    }

    /// <summary>Tells a further receiver if nobody has acknowledged what others have been told for so long.</summary>
    private DueMessage? Escalate(TimeSpan after)
    {
        var known = Options.Receivers.Select(receiver => state.IncidentOf(receiver, group.Key)).OfType<Incident>()
            .Where(static known => known.IsOpen).ToList();
        var alerts = group.Alerts.Where(static alert => alert.NeedsSomebody).ToList();
        return alerts.Exists(alert => known.Exists(reported => now - FirstAt(reported, alert) >= after))
            ? new(NotificationCauses.Escalated, alerts) : null;
    }

    private DueMessage? Continue(Incident open)
    {
        var isActive = group.Route.IsActive(now);
        var alerts = group.Alerts
            .Where(alert => IsReportedAsFiring(open, alert) || (isActive && alert.IsFiring && !alert.IsMuted)).ToList();
        var firing = alerts.FindAll(static alert => alert.IsFiring);
        if (firing.Count == 0)
            return alerts.Count > 0 ? new(NotificationCauses.Resolved, alerts) : null; // the log does not hold its alerts any more
        var cause = isActive ? FindCause(open, alerts, firing.FindAll(static alert => !alert.IsMuted)) : null;
        return cause is null ? null : new(cause, alerts);
    }

    private string? FindCause(Incident open, List<GroupedAlert> alerts, List<GroupedAlert> active)
    {
        var quiet = now - open.LastMessageAt;
        var isDue = quiet >= Options.GroupInterval;
        if (active.Exists(alert => IsNews(open, alert) && (isDue || (alert.IsCritical && quiet >= Options.GroupWait)))
            || (isDue && alerts.Exists(static alert => !alert.IsFiring)))
        {
            return NotificationCauses.Changed;
        }
        if (active.Count > 0 && !open.IsAcknowledged && active.TrueForAll(static alert => alert.AcknowledgedBy is not null))
            return NotificationCauses.Acknowledged;
        var isRepeated = Options.RepeatInterval > TimeSpan.Zero && quiet >= Options.RepeatInterval;
        return isRepeated && active.Exists(static alert => alert.NeedsSomebody) ? NotificationCauses.Repeated : null;
    }

    /// <summary>
    /// Whether the receiver knows nothing of the alert and should: it fires, or was resolved before a message could be sent.
    /// </summary>
    private bool IsUnreported(GroupedAlert alert) => !alert.IsMuted && (alert.IsFiring
        || (incident?.Find(alert.Fingerprint)?.Id != alert.Alert.Raised.Id && alert.Alert.ResolvedSeenAt is { } ended
            && now - ended <= MaxUnreported && group.Route.IsActive(ended)));

    /// <summary>Whether the alert fires and the receiver does not know, or knows a lower severity.</summary>
    private bool IsNews(Incident open, GroupedAlert alert) => open.Find(alert.Fingerprint) is not { IsFiring: true } known
        || (known.Id != alert.Alert.Raised.Id && Options.KeepFiringFor == TimeSpan.Zero)
        || (alert.IsCritical && known.Severity != alert.Alert.Raised.Severity);

    private static bool IsReportedAsFiring(Incident open, GroupedAlert alert) => open.Find(alert.Fingerprint) is { IsFiring: true };

    private static DateTimeOffset? FirstAt(Incident known, GroupedAlert alert) =>
        known.Find(alert.Fingerprint) is { IsFiring: true } reported ? reported.FirstAt : null;
}

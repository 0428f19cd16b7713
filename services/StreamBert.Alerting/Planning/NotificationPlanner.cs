using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using StreamBert.Alerting.Routing;
using StreamBert.Alerting.State;
using StreamBert.Contracts;

namespace StreamBert.Alerting.Planning;

/// <summary>
/// Decides which messages are due. A decision follows from the state and the time alone, so that it is the same after a crash.
/// </summary>
internal sealed class NotificationPlanner(RouteTable routes, IOptions<AlertingOptions> options)
{
    /// <summary>The number of alerts from which their messages are left out of a notification, so that it stays small.</summary>
    private const int MaxDescribed = 50;

    private const int IncidentKeyBytes = 8;

    /// <summary>How long resolved alerts are remembered.</summary>
    private static readonly TimeSpan Memory = TimeSpan.FromDays(1);

    /// <summary>Returns the messages that are due, and forgets alerts that no message can be about any more.</summary>
    public IReadOnlyList<NotificationRequested> Plan(AlertingState state, DateTimeOffset now)
    {
        var messages = new List<NotificationRequested>();
        var mutes = new MuteFinder(routes, options.Value.MaxAge, state, now);
        foreach (var group in new GroupBuilder(routes, mutes, state, now).Build())
        {
            foreach (var target in group.Route.Targets)
            {
                var incident = state.IncidentOf(target.Receiver, group.Key);
                if (new MessageDecision(group, target, incident, state, now).Decide() is { } due)
                    messages.Add(Create(group, target, incident, due, now));
            }
        }
        Forget(state, now);
        return messages;
    }

    /// <summary>Counts the firing alerts that no message reports, by <see cref="MuteReasons"/>.</summary>
    public IReadOnlyDictionary<string, int> CountMuted(AlertingState state, DateTimeOffset now)
    {
        var mutes = new MuteFinder(routes, options.Value.MaxAge, state, now);
        var reasons = state.Alerts.All.Where(static alert => alert.Resolved is null)
            .Select(alert => mutes.Of(alert).MutedBy ?? (routes.RoutesOf(alert.Labels).Any() ? null : MuteReasons.Unrouted))
            .OfType<string>().CountBy(static reason => reason).ToDictionary();
        return MuteReasons.All.ToDictionary(static reason => reason, reason => reasons.GetValueOrDefault(reason));
    }

    private static NotificationRequested Create(
        AlertGroup group, RouteTarget target, Incident? incident, DueMessage due, DateTimeOffset now)
    {
        var isSame = incident is { IsOpen: true };
        var key = isSame ? incident!.Key : KeyOf(group, target, due.Alerts[0]);
        var number = isSame ? incident!.Messages + 1 : 1;
        return new()
        {
            Id = $"{key}-{number}",
            Receiver = target.Receiver,
            Group = group.Key,
            GroupLabels = group.Labels,
            Incident = key,
            Cause = due.Cause,
            Alerts = [.. due.Alerts.Select(alert => alert.Describe(withText: due.Alerts.Count <= MaxDescribed))],
            RequestedAt = now,
        };
    }

    private static string KeyOf(AlertGroup group, RouteTarget target, GroupedAlert first) => Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes($"{target.Receiver}\n{group.Key}\n{first.Alert.Raised.Id}")))[..(2 * IncidentKeyBytes)];

    private static void Forget(AlertingState state, DateTimeOffset now)
    {
        var reported = state.OpenIncidents().SelectMany(static open => open.Incident.Firing).ToHashSet();
        foreach (var alert in state.Alerts.All.Where(alert => now - alert.ResolvedSeenAt > Memory))
        {
            if (!reported.Contains(alert.Raised.Fingerprint))
                state.Alerts.Remove(alert);
        }
    }
}

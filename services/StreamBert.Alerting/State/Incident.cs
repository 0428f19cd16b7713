using StreamBert.Contracts;

namespace StreamBert.Alerting.State;

/// <summary>
/// What one receiver knows about a group: it follows from the messages in the log. It begins with a message about firing alerts and ends
/// with the one about their resolution.
/// </summary>
internal sealed class Incident
{
    private readonly Dictionary<string, ReportedAlert> _alerts = [];

    /// <param name="previous">The incident before it, whose alerts the receiver knows to be resolved.</param>
    private Incident(string key, IReadOnlyDictionary<string, string> groupLabels, Incident? previous)
    {
        (Key, GroupLabels) = (key, groupLabels);
        foreach (var (fingerprint, alert) in previous?._alerts ?? [])
            _alerts[fingerprint] = alert with { IsFiring = false };
    }

    /// <summary>The deduplication key of its messages.</summary>
    public string Key { get; }

    /// <summary>The labels by which its route groups, with their values.</summary>
    public IReadOnlyDictionary<string, string> GroupLabels { get; }

    /// <summary>The rules and series that its last messages reported as firing.</summary>
    public IEnumerable<string> Firing =>
        _alerts.Where(static alert => alert.Value.IsFiring).Select(static alert => alert.Key);

    /// <summary>The number of its messages.</summary>
    public int Messages { get; private set; }

    /// <summary>When the last message was requested.</summary>
    public DateTimeOffset LastMessageAt { get; private set; }

    /// <summary>Whether the last message reported firing alerts.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Whether the last message reported that people have acknowledged all firing alerts that are not muted.</summary>
    public bool IsAcknowledged { get; private set; }

    /// <summary>Applies a message after those before it.</summary>
    /// <param name="previous">The incident of the same receiver and group; null if there was none.</param>
    /// <param name="message">The message.</param>
    /// <returns>The incident of the message.</returns>
    public static Incident Apply(Incident? previous, NotificationRequested message)
    {
        var incident = previous?.Key == message.Incident ? previous : new(message.Incident, message.GroupLabels, previous);
        incident.Apply(message);
        return incident;
    }

    /// <summary>Returns what the receiver knows about an alert's rule and series; null if nothing.</summary>
    public ReportedAlert? Find(string fingerprint) => _alerts.GetValueOrDefault(fingerprint);

    private void Apply(NotificationRequested message)
    {
        Messages++;
        LastMessageAt = message.RequestedAt;
        var firing = message.Alerts.Where(static alert => alert.ResolvedAt is null).ToList();
        IsOpen = firing.Count > 0;
        IsAcknowledged = IsOpen && (message.Cause == NotificationCauses.Acknowledged
            || firing.TrueForAll(static alert => alert.AcknowledgedBy is not null));
        foreach (var alert in message.Alerts)
        {
            var firstAt = Find(alert.Fingerprint) is { } known && known.Id == alert.Id ? known.FirstAt : message.RequestedAt;
            _alerts[alert.Fingerprint] = new(alert.Id, alert.Severity, alert.ResolvedAt is null, firstAt);
        }
    }
}

/// <summary>What a receiver knows about an alert.</summary>
/// <param name="Id">The id of the alert.</param>
/// <param name="Severity">Its severity in the last message about it.</param>
/// <param name="IsFiring">Whether it fired then.</param>
/// <param name="FirstAt">When the first message about it was requested.</param>
internal sealed record ReportedAlert(string Id, string Severity, bool IsFiring, DateTimeOffset FirstAt);

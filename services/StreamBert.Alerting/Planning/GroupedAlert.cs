using StreamBert.Alerting.State;
using StreamBert.Contracts;

namespace StreamBert.Alerting.Planning;

/// <summary>An alert of a group, as it is when messages are decided.</summary>
/// <param name="Alert">The alert.</param>
/// <param name="IsFiring">Whether it fires, or counts as firing for a while after its resolution.</param>
/// <param name="MutedBy">One of <see cref="MuteReasons"/>; null if nothing mutes it.</param>
/// <param name="ReadyAt">Since when it could be reported.</param>
/// <param name="AcknowledgedBy">Who has acknowledged it; null if nobody has.</param>
internal sealed record GroupedAlert(
    KnownAlert Alert, bool IsFiring, string? MutedBy, DateTimeOffset ReadyAt, string? AcknowledgedBy)
{
    /// <summary>Whether no message may begin with it.</summary>
    public bool IsMuted => MutedBy is not null;

    /// <summary>The rule and the series.</summary>
    public string Fingerprint => Alert.Raised.Fingerprint;

    /// <summary>Whether a receiver should know it, and somebody should act on it.</summary>
    public bool NeedsSomebody => IsFiring && !IsMuted && AcknowledgedBy is null;

    /// <summary>Whether it is critical.</summary>
    public bool IsCritical => Alert.Raised.Severity == "critical";

    /// <summary>Describes the alert for a message.</summary>
    /// <param name="withText">Whether the message of the alert is included.</param>
    public NotifiedAlert Describe(bool withText) => new()
    {
        Id = Alert.Raised.Id,
        Fingerprint = Fingerprint,
        Kind = Alert.Raised.Kind,
        Series = Alert.Raised.Series,
        Label = Alert.Raised.Label,
        Severity = Alert.Raised.Severity,
        Title = Alert.Raised.Title,
        Message = withText ? Alert.Raised.Message : null,
        RaisedAt = Alert.Raised.RaisedAt,
        ResolvedAt = IsFiring ? null : Alert.Resolved?.ResolvedAt,
        AcknowledgedBy = AcknowledgedBy,
    };
}

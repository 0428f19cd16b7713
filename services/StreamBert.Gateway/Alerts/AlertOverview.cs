using StreamBert.Contracts;

namespace StreamBert.Gateway.Alerts;

/// <summary>An alert, its resolution, and what people have done about it.</summary>
/// <param name="Raised">The alert.</param>
/// <param name="Resolved">The resolution; null while the alert fires.</param>
/// <param name="SilencedBy">The silence that mutes its notifications now; null if none does.</param>
/// <param name="Acknowledged">Who has acknowledged it; null if nobody has.</param>
public sealed record AlertOverview(AlertRaised Raised, AlertResolved? Resolved, SilenceView? SilencedBy, AlertAcknowledged? Acknowledged)
{
    /// <summary>The <see cref="State"/> of an alert that still fires.</summary>
    public const string Firing = "firing";

    /// <summary>Whether the alert still fires.</summary>
    public bool IsOpen => Resolved is null;

    /// <summary>Whether it fires or is resolved.</summary>
    public string State => IsOpen ? Firing : "resolved";

    /// <summary>The latest messages about it, the latest first; null in lists.</summary>
    public IReadOnlyList<NotificationView>? Notifications { get; init; }
}

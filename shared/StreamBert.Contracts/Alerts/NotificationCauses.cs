namespace StreamBert.Contracts;

/// <summary>Lists the values of <see cref="NotificationRequested.Cause"/>.</summary>
public static class NotificationCauses
{
    /// <summary>The first message about a group of firing alerts.</summary>
    public const string Firing = "firing";

    /// <summary>Further alerts fire, some of several are resolved, or an alert has become critical.</summary>
    public const string Changed = "changed";

    /// <summary>Nothing has changed for the interval after which messages are repeated.</summary>
    public const string Repeated = "repeated";

    /// <summary>A person has acknowledged all alerts that fire.</summary>
    public const string Acknowledged = "acknowledged";

    /// <summary>All alerts are resolved.</summary>
    public const string Resolved = "resolved";

    /// <summary>Nobody has acknowledged the alerts in time.</summary>
    public const string Escalated = "escalated";

    /// <summary>A person tests the receiver.</summary>
    public const string Test = "test";
}

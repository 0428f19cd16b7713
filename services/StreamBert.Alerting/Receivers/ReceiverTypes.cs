namespace StreamBert.Alerting.Receivers;

/// <summary>Lists the values of <see cref="ReceiverOptions.Type"/>.</summary>
internal static class ReceiverTypes
{
    /// <summary>Messages in the form of the Standard Webhooks specification.</summary>
    public const string Webhook = "webhook";

    /// <summary>Incoming webhooks of Slack.</summary>
    public const string Slack = "slack";

    /// <summary>Webhooks of Microsoft Teams that a workflow receives.</summary>
    public const string Teams = "teams";

    /// <summary>The Events API v2 of PagerDuty.</summary>
    public const string PagerDuty = "pagerduty";

    /// <summary>The API v2 of Prometheus Alertmanager.</summary>
    public const string Alertmanager = "alertmanager";

    /// <summary>E-mail over SMTP.</summary>
    public const string Email = "email";

    /// <summary>All values.</summary>
    public static IReadOnlyList<string> All { get; } = [Webhook, Slack, Teams, PagerDuty, Alertmanager, Email];
}

using StreamBert.Alerting.Receivers.Messages;
using StreamBert.Contracts;
using StreamBert.Streaming.Webhooks;

namespace StreamBert.Alerting.Receivers;

/// <summary>
/// Posts messages in the form of the Standard Webhooks specification: the type is <c>alert.</c> and the cause, and the data lists all
/// alerts, because a program reads it.
/// </summary>
internal sealed class WebhookReceiver(ReceiverOptions options, MessageComposer composer, HttpClient client, TimeProvider time)
    : HttpReceiver(client, time)
{
    private readonly TimeProvider _time = time;

    protected override HttpRequestMessage CreateRequest(NotificationRequested notification) =>
        CreateMessage(notification).CreateRequest(options.Url!, WebhookRules.DecodeSecret(options.Secret)!, _time.GetUtcNow());

    private WebhookMessage CreateMessage(NotificationRequested notification) => WebhookMessage.Create(
        notification.Id, $"alert.{notification.Cause}", notification.RequestedAt, new
        {
            notification.Group,
            notification.GroupLabels,
            notification.Incident,
            Alerts = notification.Alerts.Select(alert => Describe(alert, notification.Cause)),
        });

    private object Describe(NotifiedAlert alert, string cause) => new
    {
        alert.Id,
        alert.Fingerprint,
        alert.Kind,
        alert.Series.Pipeline,
        alert.Series.Head,
        alert.Series.Segment,
        alert.Label,
        alert.Severity,
        alert.Title,
        alert.Message,
        alert.RaisedAt,
        alert.ResolvedAt,
        alert.AcknowledgedBy,
        Links = composer.LinksOf(alert, cause).ToDictionary(static link => link.Text.ToLowerInvariant(), static link => link.Url),
    };
}

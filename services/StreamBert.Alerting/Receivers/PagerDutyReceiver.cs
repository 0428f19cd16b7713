using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using StreamBert.Alerting.Receivers.Messages;
using StreamBert.Contracts;

namespace StreamBert.Alerting.Receivers;

/// <summary>
/// Sends events to the Events API v2 of PagerDuty: firing alerts trigger an incident, whose key is that of the group of alerts, and it is
/// acknowledged and resolved by later events with the same key.
/// </summary>
internal sealed class PagerDutyReceiver(ReceiverOptions options, MessageComposer composer, HttpClient client, TimeProvider time)
    : HttpReceiver(client, time)
{
    private const int MaxSummary = 1_024, MaxKey = 255, MaxMessage = 2_000;
    private const string Source = "StreamBert";

    private static readonly Uri DefaultUrl = new("https://events.pagerduty.com/v2/enqueue");

    protected override HttpRequestMessage CreateRequest(NotificationRequested notification) =>
        Post(options.Url ?? DefaultUrl, ToJson(Describe(notification)));

    private PagerDutyEvent Describe(NotificationRequested notification)
    {
        var body = new PagerDutyEvent
        {
            RoutingKey = options.RoutingKey,
            EventAction = notification.Cause switch
            {
                NotificationCauses.Acknowledged => "acknowledge",
                NotificationCauses.Resolved => "resolve",
                _ => "trigger",
            },
            DedupKey = KeyOf(notification.Incident),
        };
        if (notification.Cause is NotificationCauses.Acknowledged or NotificationCauses.Resolved)
            return body;
        var message = composer.Compose(notification);
        var links = message.Alerts.SelectMany(static alert => alert.Links.Select(
            link => new { Href = link.Url, Text = $"{link.Text}: {alert.Title}" })).ToList();
        return body with
        {
            Payload = Payload(notification, message),
            Links = links.Count > 0 ? links : null,
            Client = Source,
            ClientUrl = message.Alerts[0].Links.Count > 0 ? message.Alerts[0].Links[0].Url : null,
        };
    }

    private static object Payload(NotificationRequested notification, ReceiverMessage message) => new
    {
        Summary = Shortened.To(message.Title, MaxSummary),
        Source = message.Alerts[0].Alert.Series.Pipeline,
        Severity = message.Tone switch
        {
            MessageTone.Critical => "critical",
            MessageTone.Warning => "warning",
            _ => "info",
        },
        Timestamp = notification.RequestedAt,
        Component = message.Alerts[0].Alert.Series.Segment,
        Class = message.Alerts[0].Alert.Kind,
        custom_details = new
        {
            message.Text,
            Alerts = message.Alerts.Select(static alert => new
            {
                alert.Title,
                alert.Facts,
                Message = alert.Message is null ? null : Shortened.To(alert.Message, MaxMessage),
            }),
            More = message.OmittedText,
        },
    };

    private static string KeyOf(string incident) => incident.Length <= MaxKey ? incident
        : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(incident)));

    /// <summary>An event in PagerDuty's names.</summary>
    private sealed record PagerDutyEvent
    {
        [JsonPropertyName("routing_key")]
        public required string RoutingKey { get; init; }

        [JsonPropertyName("event_action")]
        public required string EventAction { get; init; }

        [JsonPropertyName("dedup_key")]
        public required string DedupKey { get; init; }

        public object? Payload { get; init; }

        public object? Links { get; init; }

        public string? Client { get; init; }

        [JsonPropertyName("client_url")]
        public Uri? ClientUrl { get; init; }
    }
}

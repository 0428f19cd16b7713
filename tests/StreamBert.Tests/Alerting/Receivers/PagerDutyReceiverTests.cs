using StreamBert.Alerting.Receivers;
using StreamBert.Contracts;

namespace StreamBert.Tests.Alerting.Receivers;

/// <summary>Tests the events of PagerDuty.</summary>
public sealed class PagerDutyReceiverTests
{
    private static readonly ReceiverOptions Options = new() { Name = "ops", Type = "pagerduty", RoutingKey = "r-key" };

    [Fact]
    public async Task A_firing_alert_triggers_an_incident()
    {
        using var bench = new ReceiverBench();

        await bench.AssertBodyAsync(
            """
            {
              "routing_key": "r-key",
              "event_action": "trigger",
              "dedup_key": "i-1",
              "payload": {
                "summary": "Critical: negative surge <a-1>",
                "source": "financial-news",
                "severity": "critical",
                "timestamp": "2026-03-01T12:01:00+00:00",
                "component": "topic=Energy | Oil",
                "class": "label-surge",
                "custom_details": {
                  "alerts": [
                    {
                      "title": "negative surge <a-1>",
                      "facts": "critical · financial-news · topic=Energy | Oil · since 2026-03-01 12:00 UTC",
                      "message": "57 % of the texts are negative & more."
                    }
                  ]
                }
              },
              "links": [{ "href": "https://sb.example/alerts/a-1", "text": "Open: negative surge <a-1>" }],
              "client": "StreamBert",
              "client_url": "https://sb.example/alerts/a-1"
            }
            """,
            Options, SampleNotification.Create(NotificationCauses.Firing, SampleNotification.Alert()));

        Assert.Equal("https://events.pagerduty.com/v2/enqueue", bench.Request!.RequestUri!.AbsoluteUri);
    }

    [Theory]
    [InlineData(NotificationCauses.Acknowledged, "acknowledge")]
    [InlineData(NotificationCauses.Resolved, "resolve")]
    public Task Later_events_name_the_incident_only(string cause, string action) => new ReceiverBench().AssertBodyAsync(
        $$"""{ "routing_key": "r-key", "event_action": "{{action}}", "dedup_key": "i-1" }""",
        Options, SampleNotification.Create(cause, SampleNotification.Alert()));

    [Theory]
    [InlineData(NotificationCauses.Changed)]
    [InlineData(NotificationCauses.Repeated)]
    [InlineData(NotificationCauses.Escalated)]
    public async Task Other_causes_trigger_the_same_incident_again(string cause)
    {
        using var bench = new ReceiverBench();

        await bench.SendAsync(Options, SampleNotification.Create(cause, SampleNotification.Alert(severity: "warning")));

        Assert.Contains("\"event_action\":\"trigger\",\"dedup_key\":\"i-1\"", bench.Body, StringComparison.Ordinal);
        Assert.Contains("\"severity\":\"warning\"", bench.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_is_too_long_is_replaced_by_its_hash()
    {
        using var bench = new ReceiverBench();
        var notification = SampleNotification.Create(NotificationCauses.Resolved, SampleNotification.Alert()) with
        {
            Incident = new('i', 256),
        };

        await bench.SendAsync(Options, notification);

        Assert.Matches("\"dedup_key\":\"[0-9a-f]{64}\"", bench.Body);
    }
}

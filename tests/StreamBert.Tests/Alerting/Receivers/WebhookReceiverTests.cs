using StreamBert.Alerting.Receivers;
using StreamBert.Contracts;
using StreamBert.Streaming.Webhooks;

namespace StreamBert.Tests.Alerting.Receivers;

/// <summary>Tests the messages of webhooks.</summary>
public sealed class WebhookReceiverTests
{
    private static readonly ReceiverOptions Options = new()
    {
        Name = "ops",
        Type = "webhook",
        Url = new("https://ops.example/hook"),
        Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    };

    [Fact]
    public Task A_message_has_all_that_a_program_needs() => new ReceiverBench().AssertBodyAsync(
        """
        {
          "type": "alert.firing",
          "timestamp": "2026-03-01T12:01:00+00:00",
          "data": {
            "group": "default/financial-news",
            "groupLabels": { "pipeline": "financial-news" },
            "incident": "i-1",
            "alerts": [
              {
                "id": "a-1", "fingerprint": "label-surge/a-1", "kind": "label-surge", "pipeline": "financial-news", "head": "sentiment",
                "segment": "topic=Energy | Oil", "label": "negative", "severity": "critical", "title": "negative surge <a-1>",
                "message": "57 % of the texts are negative & more.", "raisedAt": "2026-03-01T12:00:00+00:00",
                "links": { "open": "https://sb.example/alerts/a-1" }
              }
            ]
          }
        }
        """,
        Options, SampleNotification.Create(NotificationCauses.Firing, SampleNotification.Alert()));

    [Fact]
    public async Task The_id_is_that_of_the_notification_and_the_signature_covers_id_time_and_body()
    {
        using var bench = new ReceiverBench();

        await bench.SendAsync(Options, SampleNotification.Create(NotificationCauses.Resolved, SampleNotification.Alert()));

        var headers = bench.Request!.Headers;
        var sent = new WebhookMessage("n-1", bench.Body);
        Assert.Equal("n-1", headers.GetValues("webhook-id").Single());
        Assert.Equal(
            sent.Sign(WebhookRules.DecodeSecret(Options.Secret)!, bench.Time.GetUtcNow().ToUnixTimeSeconds()),
            headers.GetValues("webhook-signature").Single());
    }
}

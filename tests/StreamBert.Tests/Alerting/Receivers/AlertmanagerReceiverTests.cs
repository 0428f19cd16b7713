using System.Text.Json.Nodes;
using StreamBert.Alerting.Receivers;
using StreamBert.Contracts;

namespace StreamBert.Tests.Alerting.Receivers;

/// <summary>Tests the alerts of Alertmanager.</summary>
public sealed class AlertmanagerReceiverTests
{
    private static ReceiverOptions Options => new() { Name = "ops", Type = "alertmanager", Url = new("http://alertmanager:9093/") };

    [Fact]
    public async Task All_alerts_are_posted_with_their_labels_and_times()
    {
        using var bench = new ReceiverBench();

        await bench.AssertBodyAsync(
            """
            [
              {
                "labels": {
                  "alertname": "label-surge", "pipeline": "financial-news", "kind": "label-surge", "severity": "critical",
                  "head": "sentiment", "segment": "topic=Energy | Oil", "fingerprint": "label-surge/a-1", "label": "negative",
                  "topic": "Energy | Oil"
                },
                "annotations": { "summary": "negative surge <a-1>", "description": "57 % of the texts are negative & more." },
                "startsAt": "2026-03-01T12:00:00+00:00",
                "endsAt": "2026-03-01T12:05:00+00:00",
                "generatorURL": "https://sb.example/alerts/a-1"
              }
            ]
            """,
            Options,
            SampleNotification.Create(
                NotificationCauses.Resolved, SampleNotification.Alert(resolvedAt: SampleNotification.Start.AddMinutes(5))));

        Assert.Equal("http://alertmanager:9093/api/v2/alerts", bench.Request!.RequestUri!.AbsoluteUri);
    }

    [Fact]
    public async Task An_alert_that_fires_ends_later_and_no_alert_is_left_out()
    {
        using var bench = new ReceiverBench();
        var alerts = Enumerable.Range(0, 64).Select(static number => SampleNotification.Alert($"a-{number}"));

        await bench.SendAsync(Options, SampleNotification.Create(NotificationCauses.Firing, [.. alerts]));

        var sent = JsonNode.Parse(bench.Body)!.AsArray();
        Assert.Equal(64, sent.Count);
        Assert.All(sent, static alert => Assert.Equal("2026-03-02T12:01:00+00:00", (string?)alert!["endsAt"]));
    }

    [Fact]
    public async Task The_name_of_a_label_is_made_valid_and_the_user_is_authenticated()
    {
        using var bench = new ReceiverBench();
        var options = Options;
        (options.User, options.Password) = ("anna", "secret");
        var alert = SampleNotification.Alert() with { Series = new("p", "h", "1st-region=north") };

        await bench.SendAsync(options, SampleNotification.Create(NotificationCauses.Firing, alert));

        Assert.Contains("\"_1st_region\":\"north\"", bench.Body, StringComparison.Ordinal);
        Assert.Equal("Basic YW5uYTpzZWNyZXQ=", bench.Request!.Headers.Authorization!.ToString());
    }
}

using System.Text;
using System.Text.Json.Nodes;
using StreamBert.Alerting.Receivers;
using StreamBert.Contracts;

namespace StreamBert.Tests.Alerting.Receivers;

/// <summary>Tests the cards of Microsoft Teams.</summary>
public sealed class TeamsReceiverTests
{
    private static readonly ReceiverOptions Options = new() { Name = "ops", Type = "teams", Url = new("https://teams.example/hook") };

    [Fact]
    public Task A_card_shows_the_title_the_alert_and_its_links() => new ReceiverBench().AssertBodyAsync(
        """
        {
          "type": "message",
          "attachments": [
            {
              "contentType": "application/vnd.microsoft.card.adaptive",
              "content": {
                "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
                "type": "AdaptiveCard",
                "version": "1.4",
                "body": [
                  {
                    "type": "RichTextBlock",
                    "inlines": [
                      {
                        "type": "TextRun", "text": "Critical: negative surge <a-1>", "weight": "bolder", "size": "large",
                        "color": "attention"
                      }
                    ]
                  },
                  { "type": "RichTextBlock", "inlines": [{ "type": "TextRun", "text": "negative surge <a-1>", "weight": "bolder" }] },
                  {
                    "type": "RichTextBlock",
                    "inlines": [
                      { "type": "TextRun", "text": "critical · financial-news · topic=Energy | Oil · since 2026-03-01 12:00 UTC" }
                    ]
                  },
                  {
                    "type": "RichTextBlock",
                    "inlines": [{ "type": "TextRun", "text": "57 % of the texts are negative & more." }]
                  }
                ],
                "actions": [{ "type": "Action.OpenUrl", "title": "Open", "url": "https://sb.example/alerts/a-1" }]
              }
            }
          ]
        }
        """,
        Options, SampleNotification.Create(NotificationCauses.Firing, SampleNotification.Alert()));

    [Fact]
    public async Task A_card_about_many_alerts_with_long_messages_and_links_stays_below_28_KB()
    {
        using var bench = new ReceiverBench();
        bench.LinkOptions.Secret = ReceiverBench.LinkSecret;
        var alerts = Enumerable.Range(0, 64).Select(static number =>
            SampleNotification.Alert($"a-{number}{new string('x', 200)}") with { Message = new('ö', 4_000) });

        await bench.SendAsync(Options, SampleNotification.Create(NotificationCauses.Firing, [.. alerts]));

        var body = JsonNode.Parse(bench.Body)!["attachments"]![0]!["content"]!["body"]!.AsArray();
        Assert.InRange(Encoding.UTF8.GetByteCount(bench.Body), 1, 28 * 1024);
        Assert.Equal("and 54 more alerts", (string?)body[^1]!["inlines"]![0]!["text"]);
    }
}

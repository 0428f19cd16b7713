using System.Text.Json.Nodes;
using StreamBert.Alerting.Receivers;
using StreamBert.Contracts;

namespace StreamBert.Tests.Alerting.Receivers;

/// <summary>Tests the messages of Slack.</summary>
public sealed class SlackReceiverTests
{
    private const string Block = @"*negative surge &lt;a-1&gt;*\ncritical · financial-news · topic=Energy | Oil · "
        + @"since 2026-03-01 12:00 UTC\n57 % of the texts are negative &amp; more.\n<https://sb.example/alerts/a-1|Open>";

    private static ReceiverOptions Options => new() { Name = "ops", Type = "slack", Url = new("https://hooks.slack.com/services/T/B/x") };

    [Fact]
    public Task A_message_shows_the_title_and_the_alert_in_a_block_without_markup_of_its_own() => new ReceiverBench().AssertBodyAsync(
        """
        {
          "text": "*Critical: negative surge &lt;a-1&gt;*",
          "attachments": [
            {
              "fallback": "Critical: negative surge &lt;a-1&gt;",
              "color": "#c62828",
              "blocks": [{ "type": "section", "text": { "type": "mrkdwn", "text": "BLOCK" } }]
            }
          ]
        }
        """.Replace("BLOCK", Block, StringComparison.Ordinal),
        Options, SampleNotification.Create(NotificationCauses.Firing, SampleNotification.Alert()));

    [Fact]
    public async Task Signed_links_acknowledge_and_silence_an_alert_that_fires()
    {
        using var bench = new ReceiverBench();
        bench.LinkOptions.Secret = ReceiverBench.LinkSecret;

        await bench.SendAsync(Options, SampleNotification.Create(NotificationCauses.Firing, SampleNotification.Alert()));

        Assert.Contains("<https://sb.example/alert-actions/acknowledge?alert=a-1&amp;expires=", bench.Body, StringComparison.Ordinal);
        Assert.Contains("|Silence>", bench.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Very_long_texts_are_shortened_to_the_limit_of_a_block()
    {
        using var bench = new ReceiverBench();
        var alert = SampleNotification.Alert() with { Title = new('<', 9_000), Message = new('&', 9_000) };
        var options = Options;
        options.Text = new string('>', 9_000);

        await bench.SendAsync(options, SampleNotification.Create(NotificationCauses.Firing, alert));

        var blocks = JsonNode.Parse(bench.Body)!["attachments"]![0]!["blocks"]!.AsArray();
        Assert.All(blocks, static block => Assert.InRange(((string)block!["text"]!["text"]!).Length, 1, 3_000));
        Assert.DoesNotContain("&am…", bench.Body, StringComparison.Ordinal);
    }
}

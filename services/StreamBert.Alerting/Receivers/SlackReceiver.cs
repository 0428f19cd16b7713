using StreamBert.Alerting.Receivers.Messages;
using StreamBert.Contracts;

namespace StreamBert.Alerting.Receivers;

/// <summary>
/// Posts to an incoming webhook of Slack: the title as the text, which notifications show, and below it, beside a bar in the color of the
/// severity, one block per alert.
/// </summary>
internal sealed class SlackReceiver(ReceiverOptions options, MessageComposer composer, HttpClient client, TimeProvider time)
    : HttpReceiver(client, time)
{
    /// <summary>Slack's limit for the text of a block.</summary>
    private const int MaxBlockText = 3_000;

    private const int MaxTitle = 500, MaxFacts = 500, MaxMessage = 1_000;

    protected override HttpRequestMessage CreateRequest(NotificationRequested notification) =>
        Post(options.Url!, ToJson(Describe(composer.Compose(notification))));

    private static object Describe(ReceiverMessage message)
    {
        var title = SlackText.Escape(message.Title, MaxTitle);
        return new
        {
            Text = $"*{title}*",
            Attachments = new[] { new { Fallback = title, Color = message.Color, Blocks = BlocksOf(message).ToArray() } },
        };
    }

    private static IEnumerable<object> BlocksOf(ReceiverMessage message)
    {
        if (message.Text is { } text)
            yield return Section(SlackText.Escape(text, MaxBlockText));
        foreach (var alert in message.Alerts)
        {
            var lines = new[]
            {
                $"*{SlackText.Escape(alert.Title, MaxTitle)}*", SlackText.Escape(alert.Facts, MaxFacts),
                alert.Message is null ? "" : SlackText.Escape(alert.Message, MaxMessage),
            };
            var body = string.Join('\n', lines.Where(static line => line.Length > 0));
            var links = SlackText.Links(alert.Links);
            yield return Section(links.Length > 0 && body.Length + links.Length < MaxBlockText ? $"{body}\n{links}" : body);
        }
        if (message.OmittedText is { } omitted)
            yield return new { Type = "context", Elements = new[] { new { Type = "mrkdwn", Text = omitted } } };
    }

    private static object Section(string text) => new { Type = "section", Text = new { Type = "mrkdwn", Text = text } };
}

using System.Text;
using StreamBert.Alerting.Receivers.Messages;
using StreamBert.Contracts;

namespace StreamBert.Alerting.Receivers;

/// <summary>
/// Posts an Adaptive Card to a webhook of Microsoft Teams that a workflow receives. Texts are runs of rich text, in which no markup is
/// interpreted.
/// </summary>
internal sealed class TeamsReceiver(ReceiverOptions options, MessageComposer composer, HttpClient client, TimeProvider time)
    : HttpReceiver(client, time)
{
    /// <summary>The most bytes that Teams accepts.</summary>
    private const int MaxBytes = 28 * 1024;

    private const int MaxTitle = 500, MaxText = 4_000;

    /// <summary>The lengths to which the messages of alerts are shortened until the card is small enough.</summary>
    private static readonly int[] MessageLengths = [2_000, 500, 100, 0];

    protected override HttpRequestMessage CreateRequest(NotificationRequested notification) =>
        Post(options.Url!, Describe(composer.Compose(notification)));

    private static string Describe(ReceiverMessage message)
    {
        var json = "";
        foreach (var length in MessageLengths)
        {
            json = ToJson(Card(message, length, withLinks: true));
            if (Encoding.UTF8.GetByteCount(json) <= MaxBytes)
                return json;
        }
        return ToJson(Card(message, 0, withLinks: false));
    }

    private static object Card(ReceiverMessage message, int messageLength, bool withLinks) => new
    {
        Type = "message",
        Attachments = new[]
        {
            new
            {
                ContentType = "application/vnd.microsoft.card.adaptive",
                Content = new Dictionary<string, object>
                {
                    ["$schema"] = "http://adaptivecards.io/schemas/adaptive-card.json",
                    ["type"] = "AdaptiveCard",
                    ["version"] = "1.4",
                    ["body"] = BlocksOf(message, messageLength, withLinks),
                    ["actions"] = ActionsOf(message),
                },
            },
        },
    };

    private static IEnumerable<object> ActionsOf(ReceiverMessage message) => message.Alerts is not [var only] ? []
        : only.Links.Select(static link => new { Type = "Action.OpenUrl", Title = link.Text, Url = link.Url });

    private static IEnumerable<object> BlocksOf(ReceiverMessage message, int messageLength, bool withLinks)
    {
        yield return Block(Run(message.Title, MaxTitle, "bolder", "large", ColorOf(message.Tone)));
        if (message.Text is { } text)
            yield return Block(Run(text, MaxText));
        foreach (var alert in message.Alerts)
        {
            yield return Block(Run(alert.Title, MaxTitle, "bolder"));
            yield return Block(Run(alert.Facts, MaxTitle));
            if (alert.Message is { } says && messageLength > 0)
                yield return Block(Run(says, messageLength));
            if (withLinks && message.Alerts.Count > 1 && alert.Links.Count > 0)
                yield return Block([.. alert.Links.Select(static link => Run($"{link.Text}  ", MaxTitle, url: link.Url))]);
        }
        if (message.OmittedText is { } omitted)
            yield return Block(Run(omitted, MaxTitle));
    }

    private static object Block(params object[] runs) => new { Type = "RichTextBlock", Inlines = runs };

    private static object Run(
        string text, int maxLength, string? weight = null, string? size = null, string? color = null, Uri? url = null) => new
        {
            Type = "TextRun",
            Text = Shortened.To(text, maxLength),
            Weight = weight,
            Size = size,
            Color = color,
            SelectAction = url is null ? null : new { Type = "Action.OpenUrl", Url = url },
        };

    private static string ColorOf(MessageTone tone) => tone switch
    {
        MessageTone.Critical => "attention",
        MessageTone.Warning => "warning",
        MessageTone.Good => "good",
        _ => "default",
    };
}

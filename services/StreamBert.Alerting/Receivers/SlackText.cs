using System.Text;
using StreamBert.Alerting.Receivers.Messages;

namespace StreamBert.Alerting.Receivers;

/// <summary>Writes text in Slack's markup, in which three characters are escaped so that no text forms a link or a mention.</summary>
internal static class SlackText
{
    /// <summary>Escapes a text, and shortens it so that it has at most a number of characters after that.</summary>
    public static string Escape(string text, int maxLength)
    {
        var escaped = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            var next = rune.Value switch
            {
                '&' => "&amp;",
                '<' => "&lt;",
                '>' => "&gt;",
                _ => rune.ToString(),
            };
            if (escaped.Length + next.Length >= maxLength)
                return escaped.Append('…').ToString();
            escaped.Append(next);
        }
        return escaped.ToString();
    }

    /// <summary>Writes links on one line.</summary>
    public static string Links(IEnumerable<MessageLink> links) => string.Join(" · ", links.Select(
        static link => $"<{link.Url.AbsoluteUri.Replace("&", "&amp;", StringComparison.Ordinal)}|{link.Text}>"));
}

using System.Net;
using System.Security.Cryptography;
using System.Text;
using MimeKit;
using StreamBert.Alerting.Receivers.Messages;
using StreamBert.Contracts;

namespace StreamBert.Alerting.Receivers;

/// <summary>
/// Creates e-mails. The id of a mail is derived from the message, so a server or a person recognizes a copy; its references are derived
/// from the incident, so a mail client shows the mails of an incident as one thread.
/// </summary>
internal static class EmailMessage
{
    private const int MaxSubject = 200;

    /// <summary>Creates the mail of a message.</summary>
    public static MimeMessage Create(ReceiverOptions options, NotificationRequested notification, ReceiverMessage message)
    {
        var sender = MailboxAddress.Parse(options.From);
        var thread = IdOf(notification.Incident, sender);
        var mail = new MimeMessage
        {
            Subject = Shortened.To(message.Title, MaxSubject),
            Date = notification.RequestedAt,
            MessageId = IdOf(notification.Id, sender),
            InReplyTo = thread,
            Body = new BodyBuilder { TextBody = PlainText(message), HtmlBody = Html(message) }.ToMessageBody(),
        };
        mail.References.Add(thread);
        mail.From.Add(sender);
        mail.To.AddRange(InternetAddressList.Parse(options.To));
        mail.Headers.Add("Auto-Submitted", "auto-generated");
        return mail;
    }

    private static string IdOf(string key, MailboxAddress sender) =>
        $"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))[..32]}@{sender.Domain}";

    private static string PlainText(ReceiverMessage message)
    {
        var text = new StringBuilder();
        if (message.Text is { } summary)
            text.Append(summary).Append("\r\n\r\n");
        foreach (var alert in message.Alerts)
        {
            text.Append(alert.Title).Append("\r\n").Append(alert.Facts).Append("\r\n");
            if (alert.Message is { } says)
                text.Append(says).Append("\r\n");
            foreach (var link in alert.Links)
                text.Append(link.Text).Append(": ").Append(link.Url.AbsoluteUri).Append("\r\n");
            text.Append("\r\n");
        }
        return text.Append(message.OmittedText).ToString();
    }

    private static string Html(ReceiverMessage message)
    {
        var html = new StringBuilder("<!doctype html><html><body style=\"font-family:sans-serif\">");
        html.Append("<h2 style=\"border-left:6px solid ").Append(message.Color).Append(";padding-left:8px\">")
            .Append(Encode(message.Title)).Append("</h2>");
        if (message.Text is { } summary)
            html.Append("<p>").Append(Encode(summary)).Append("</p>");
        foreach (var alert in message.Alerts)
        {
            html.Append("<p><b>").Append(Encode(alert.Title)).Append("</b><br>").Append(Encode(alert.Facts));
            if (alert.Message is { } says)
                html.Append("<br>").Append(Encode(says));
            var links = alert.Links.Select(static link => $"<a href=\"{Encode(link.Url.AbsoluteUri)}\">{link.Text}</a>");
            if (alert.Links.Count > 0)
                html.Append("<br>").AppendJoin(" · ", links);
            html.Append("</p>");
        }
        if (message.OmittedText is { } omitted)
            html.Append("<p>").Append(omitted).Append("</p>");
        return html.Append("</body></html>").ToString();
    }

    private static string Encode(string text) => WebUtility.HtmlEncode(text).Replace("\n", "<br>", StringComparison.Ordinal);
}

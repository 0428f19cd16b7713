using System.Text;
using Microsoft.Extensions.Time.Testing;
using MimeKit;
using StreamBert.Alerting.Receivers;
using StreamBert.Contracts;
using StreamBert.Streaming.Alerts;

namespace StreamBert.Tests.Alerting.Receivers;

/// <summary>Tests e-mails with a mail server on this machine.</summary>
public sealed class EmailReceiverTests : IDisposable
{
    private readonly SmtpServer _server = new();

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task A_mail_has_a_plain_and_an_HTML_part_and_no_text_becomes_markup()
    {
        var mail = await SendAsync(SampleNotification.Create(NotificationCauses.Firing, SampleNotification.Alert()));

        Assert.Equal(("Critical: negative surge <a-1>", "\"StreamBert\" <sb@example.com>"), (mail.Subject, mail.From.ToString()));
        Assert.Equal(SampleNotification.Start.AddMinutes(1), mail.Date);
        Assert.Equal(
            """
            negative surge <a-1>
            critical · financial-news · topic=Energy | Oil · since 2026-03-01 12:00 UTC
            57 % of the texts are negative & more.
            Open: https://sb.example/alerts/a-1
            """,
            mail.TextBody!.ReplaceLineEndings("\n").TrimEnd());
        Assert.Contains(
            "<b>negative surge &lt;a-1&gt;</b><br>critical &#183; financial-news &#183; topic=Energy | Oil", mail.HtmlBody!,
            StringComparison.Ordinal);
        Assert.Contains("<a href=\"https://sb.example/alerts/a-1\">Open</a>", mail.HtmlBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mails_of_an_incident_are_one_thread_and_a_repeated_mail_has_the_same_id()
    {
        var firing = SampleNotification.Create(NotificationCauses.Firing, SampleNotification.Alert());

        var (first, again) = (await SendAsync(firing), await SendAsync(firing));
        var resolved = await SendAsync(firing with { Id = "n-2", Cause = NotificationCauses.Resolved });

        Assert.Equal(first.MessageId, again.MessageId);
        Assert.NotEqual(first.MessageId, resolved.MessageId);
        Assert.Equal((first.InReplyTo, first.References.Single()), (resolved.InReplyTo, resolved.References.Single()));
        Assert.EndsWith("@example.com", first.MessageId, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_title_cannot_add_a_header()
    {
        var alert = SampleNotification.Alert() with { Title = "surge\r\nBcc: eve@example.com\r\n\r\nforged" };

        var mail = await SendAsync(SampleNotification.Create(NotificationCauses.Firing, alert));

        Assert.Empty(mail.Bcc);
        Assert.DoesNotContain(mail.Headers, static header => header.Field.Equals("Bcc", StringComparison.OrdinalIgnoreCase));
        Assert.StartsWith("Critical: surge\\u000d\\u000aBcc", mail.Subject, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("550 no such user", true)]
    [InlineData("451 try later", false)]
    public async Task A_mail_that_no_recipient_gets_is_refused(string answer, bool isPermanent)
    {
        _server.AnswerRecipient = _ => answer;

        var refusal = await Assert.ThrowsAsync<DeliveryException>(
            () => SendAsync(SampleNotification.Create(NotificationCauses.Firing, SampleNotification.Alert())));

        Assert.Equal(isPermanent, refusal.IsPermanent);
        Assert.Contains($"anna@example.com: {answer}", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_recipient_that_is_refused_does_not_keep_the_mail_from_others()
    {
        _server.AnswerRecipient = static line => line.Contains("anna", StringComparison.Ordinal) ? "550 no such user" : "250 ok";

        var acceptance = await CreateReceiver().SendAsync(
            SampleNotification.Create(NotificationCauses.Firing, SampleNotification.Alert()), TestContext.Current.CancellationToken);

        Assert.Equal("anna@example.com: 550 no such user", acceptance.Refused);
        Assert.Contains("negative surge", await _server.NextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_offers_no_encryption_gets_no_mail()
    {
        var receiver = CreateReceiver("starttls");

        var refusal = await Assert.ThrowsAsync<DeliveryException>(() => receiver.SendAsync(
            SampleNotification.Create(NotificationCauses.Firing, SampleNotification.Alert()), TestContext.Current.CancellationToken));

        Assert.False(refusal.IsPermanent);
        Assert.StartsWith("does not accept the user or the encryption: ", refusal.Message, StringComparison.Ordinal);
    }

    private async Task<MimeMessage> SendAsync(NotificationRequested notification)
    {
        await CreateReceiver().SendAsync(notification, TestContext.Current.CancellationToken);
        using var mail = new MemoryStream(Encoding.UTF8.GetBytes(await _server.NextAsync()));
        return await MimeMessage.LoadAsync(mail, TestContext.Current.CancellationToken);
    }

    private IReceiver CreateReceiver(string security = "none")
    {
        var links = new AlertLinkOptions { DashboardUrl = new("https://sb.example") };
        var time = new FakeTimeProvider(SampleNotification.Start);
        using var factory = new ReceiverFactory(
            new(Microsoft.Extensions.Options.Options.Create(links), time), ReceiverFactory.CreateHandler(), time);
        return factory.Create(new()
        {
            Name = "mail",
            Type = "email",
            Host = "127.0.0.1",
            Port = _server.Port,
            Security = security,
            From = "StreamBert <sb@example.com>",
            To = "anna@example.com, Bert <bert@example.com>",
        });
    }
}

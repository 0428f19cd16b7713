using MailKit.Net.Smtp;
using MimeKit;

namespace StreamBert.Alerting.Receivers;

/// <summary>Sends a mail to the recipients that the server accepts, and remembers the others.</summary>
internal sealed class RecipientSmtpClient : SmtpClient
{
    private readonly List<(SmtpStatusCode Status, string Reason)> _refused = [];

    /// <summary>Creates a client.</summary>
    public RecipientSmtpClient() => CheckCertificateRevocation = false; // as for HTTPS: a revocation server may be out of reach

    /// <summary>The recipients that the server did not accept, with its reasons; null if it accepted all.</summary>
    public string? Refused => _refused.Count == 0 ? null : string.Join(", ", _refused.Select(static refusal => refusal.Reason));

    protected override void OnRecipientNotAccepted(MimeMessage message, MailboxAddress mailbox, SmtpResponse response) =>
        _refused.Add((response.StatusCode, $"{mailbox.Address}: {(int)response.StatusCode} {response.Response}"));

    /// <summary>Reports the last refusal; a temporary one makes the mail be sent again.</summary>
    protected override void OnNoRecipientsAccepted(MimeMessage message) => throw new SmtpCommandException(
        SmtpErrorCode.RecipientNotAccepted,
        _refused.TrueForAll(static refusal => (int)refusal.Status >= 500)
            ? SmtpStatusCode.MailboxUnavailable : SmtpStatusCode.MailboxBusy,
        Refused ?? "");
}

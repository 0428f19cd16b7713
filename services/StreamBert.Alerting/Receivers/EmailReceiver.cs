using System.Net.Sockets;
using MailKit.Net.Smtp;
using MailKit.Security;
using StreamBert.Alerting.Receivers.Messages;
using StreamBert.Contracts;

namespace StreamBert.Alerting.Receivers;

/// <summary>Sends e-mails over SMTP, each over a connection of its own.</summary>
internal sealed class EmailReceiver(ReceiverOptions options, MessageComposer composer) : IReceiver
{
    /// <inheritdoc/>
    public async Task<Acceptance> SendAsync(NotificationRequested notification, CancellationToken cancellation)
    {
        using var mail = EmailMessage.Create(options, notification, composer.Compose(notification));
        using var client = new RecipientSmtpClient();
        try
        {
            await client.ConnectAsync(
                options.Host, options.Port ?? MailSecurity.DefaultPort(options.Security), MailSecurity.ToSocketOptions(options.Security),
                cancellation);
            if (options.User.Length > 0)
                await client.AuthenticateAsync(options.User, options.Password, cancellation);
            var answer = await client.SendAsync(mail, cancellation);
            await DisconnectAsync(client, cancellation);
            return new(answer, client.Refused);
        }
        catch (SmtpCommandException e)
        {
            var reason = client.Refused is { } refused ? $"accepts no recipient: {refused}" : $"answered {(int)e.StatusCode} {e.Message}";
            throw new DeliveryException(Excerpt.Quote(reason, 300), e) { IsPermanent = IsPermanent(e) };
        }
        catch (Exception e) when (e is SmtpProtocolException or IOException or SocketException)
        {
            throw new DeliveryException($"cannot be reached: {e.Message}", e);
        }
        catch (SslHandshakeException e)
        {
            throw new DeliveryException($"offers no trusted TLS: {e.InnerException?.Message ?? e.Message}", e);
        }
        catch (Exception e) when (e is AuthenticationException or NotSupportedException)
        {
            throw new DeliveryException($"does not accept the user or the encryption: {e.Message}", e);
        }
    }

    /// <summary>The server has the mail already: an error of the farewell is none of the delivery.</summary>
    private static async Task DisconnectAsync(SmtpClient client, CancellationToken cancellation)
    {
        try
        {
            await client.DisconnectAsync(quit: true, cancellation);
        }
        catch (Exception e) when (e is SmtpCommandException or SmtpProtocolException or IOException or SocketException)
        {
            // The connection is closed anyway.
        }
    }

    private static bool IsPermanent(SmtpCommandException e) => (int)e.StatusCode is >= 500 and < 600
        && e.ErrorCode is SmtpErrorCode.RecipientNotAccepted or SmtpErrorCode.MessageNotAccepted or SmtpErrorCode.SenderNotAccepted;
}

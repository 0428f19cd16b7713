using MailKit.Security;

namespace StreamBert.Alerting.Receivers;

/// <summary>Lists the values of <see cref="ReceiverOptions.Security"/>.</summary>
internal static class MailSecurity
{
    /// <summary>The connection is encrypted by the command STARTTLS; a server without it is refused.</summary>
    public const string StartTls = "starttls";

    /// <summary>The connection is encrypted from its first byte.</summary>
    public const string Tls = "tls";

    /// <summary>The connection is not encrypted.</summary>
    public const string None = "none";

    /// <summary>All values.</summary>
    public static IReadOnlyList<string> All { get; } = [StartTls, Tls, None];

    /// <summary>Returns the option of MailKit.</summary>
    public static SecureSocketOptions ToSocketOptions(string security) => security switch
    {
        Tls => SecureSocketOptions.SslOnConnect,
        None => SecureSocketOptions.None,
        _ => SecureSocketOptions.StartTls,
    };

    /// <summary>Returns the port on which servers usually listen.</summary>
    public static int DefaultPort(string security) => security switch
    {
        Tls => 465,
        None => 25,
        _ => 587,
    };
}

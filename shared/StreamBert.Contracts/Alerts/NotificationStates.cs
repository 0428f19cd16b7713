namespace StreamBert.Contracts;

/// <summary>Lists the values of <see cref="NotificationReported.State"/>.</summary>
public static class NotificationStates
{
    /// <summary>The receiver has accepted the message.</summary>
    public const string Delivered = "delivered";

    /// <summary>The receiver has not accepted it yet; it is sent again.</summary>
    public const string Retrying = "retrying";

    /// <summary>The receiver refuses it for ever, or has not accepted it in time; it is not sent again.</summary>
    public const string Undeliverable = "undeliverable";
}

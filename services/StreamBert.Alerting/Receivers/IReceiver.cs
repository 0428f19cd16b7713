using StreamBert.Contracts;

namespace StreamBert.Alerting.Receivers;

/// <summary>Sends messages to one receiver in the format of its kind.</summary>
internal interface IReceiver
{
    /// <summary>Sends a message.</summary>
    /// <returns>What the receiver answered.</returns>
    /// <exception cref="DeliveryException">The receiver did not accept the message.</exception>
    Task<Acceptance> SendAsync(NotificationRequested notification, CancellationToken cancellation);
}

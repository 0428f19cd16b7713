using StreamBert.Contracts;

namespace StreamBert.Alerting.Receivers;

/// <summary>Limits the time in which a receiver must accept a message.</summary>
internal sealed class TimedReceiver(IReceiver receiver, TimeProvider time) : IReceiver
{
    /// <summary>The time in which a receiver must accept a message.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(15);

    /// <inheritdoc/>
    public async Task<Acceptance> SendAsync(NotificationRequested notification, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            return await receiver.SendAsync(notification, either.Token);
        }
        catch (Exception e) when (limit.IsCancellationRequested && !cancellation.IsCancellationRequested && e is not DeliveryException)
        {
            throw new DeliveryException($"did not respond within {Timeout.TotalSeconds} s", e);
        }
    }
}

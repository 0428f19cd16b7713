using StreamBert.Streaming.Diagnostics;

namespace StreamBert.Alerting.Receivers;

/// <summary>A receiver has not accepted a message. The message says why, as a clause whose subject is the receiver.</summary>
internal sealed class DeliveryException(string reason, Exception? inner = null) : DependencyUnavailableException(reason, inner)
{
    /// <summary>Whether the receiver refuses this message for ever.</summary>
    public bool IsPermanent { get; init; }

    /// <summary>How long the receiver asks to wait; null if it does not.</summary>
    public TimeSpan? RetryAfter { get; init; }
}

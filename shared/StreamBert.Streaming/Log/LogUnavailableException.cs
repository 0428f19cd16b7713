using StreamBert.Streaming.Diagnostics;

namespace StreamBert.Streaming.Log;

/// <summary>Signals that the log cannot be read or written at the moment. The message says why and what to do.</summary>
public sealed class LogUnavailableException(string message, Exception? inner = null) : DependencyUnavailableException(message, inner)
{
    /// <summary>
    /// Whether files of the log are damaged or missing, which does not resolve by itself: <c>streambert repair</c> is needed. Otherwise the
    /// call may be retried later.
    /// </summary>
    public bool IsDamaged { get; init; }
}

using StreamBert.Streaming.Diagnostics;

namespace StreamBert.Streaming.Log;

/// <summary>The log cannot be read or written at the moment. The message says why and what to do.</summary>
public sealed class LogUnavailableException(string message, Exception? inner = null) : DependencyUnavailableException(message, inner)
{
    /// <summary>
    /// Whether files of the log are damaged or missing: it does not pass by itself, <c>streambert repair</c> is needed. Otherwise trying
    /// again later is right.
    /// </summary>
    public bool IsDamaged { get; init; }
}

/// <summary>Another process holds the data directory of the embedded log. The message says who, and what to do.</summary>
public sealed class LogInUseException(string message, Exception? inner = null) : Exception(message, inner);

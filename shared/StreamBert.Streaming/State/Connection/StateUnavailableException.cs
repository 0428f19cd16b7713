using StreamBert.Streaming.Diagnostics;

namespace StreamBert.Streaming.State.Connection;

/// <summary>
/// The state store does not answer, or it answers with something that StreamBert has not written. Nothing is lost: the store is rebuilt
/// from the log.
/// </summary>
public class StateUnavailableException(string message, Exception? inner = null) : DependencyUnavailableException(message, inner)
{
    /// <summary>
    /// Whether the store does not answer at all; otherwise it refuses, or its answers are not what StreamBert has written.
    /// </summary>
    public bool IsUnreachable { get; init; } = true;

    /// <summary>What to do about it.</summary>
    public string Remedy { get; init; } = "Start Redis or Garnet there, or set Redis:ConnectionString; StreamBert resumes without a "
        + "restart.";
}

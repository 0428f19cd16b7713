using StreamBert.Streaming.Diagnostics;

namespace StreamBert.Streaming.State.Connection;

/// <summary>The state store does not answer, or not as StreamBert wrote. Nothing is lost: it is rebuilt from the log.</summary>
public class StateUnavailableException(string message, Exception? inner = null) : DependencyUnavailableException(message, inner)
{
    /// <summary>Whether it does not answer at all; else it refuses, or answers what it should not.</summary>
    public bool IsUnreachable { get; init; } = true;

    /// <summary>What to do about it.</summary>
    public string Remedy { get; init; } = "Start Redis or Garnet there, or set Redis:ConnectionString; it goes on by itself.";
}

/// <summary>
/// As much is being read as may be in memory at one time: nothing is wrong with the store, but this read has to be made again later.
/// </summary>
public sealed class ReadsExhaustedException : StateUnavailableException
{
    public ReadsExhaustedException(long most)
        : base($"Reads under way hold as much memory as they may ({most:N0} bytes, Redis:MaxReadBytes). Try again in some seconds, or ask for less (limit).") =>
        (IsUnreachable, Remedy)
            = (false, "Ask for less at one time (limit), or raise Redis:MaxReadBytes where memory allows it; it ends by itself.");
}

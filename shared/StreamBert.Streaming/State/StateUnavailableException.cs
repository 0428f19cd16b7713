namespace StreamBert.Streaming.State;

/// <summary>The state store does not answer, or not as StreamBert wrote. Nothing is lost: it is rebuilt from the log.</summary>
public sealed class StateUnavailableException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Whether it does not answer at all; else it refuses, or answers what it should not.</summary>
    public bool IsAway { get; init; } = true;

    /// <summary>What to do about it.</summary>
    public string Remedy { get; init; } = "Start Redis or Garnet there, or set Redis:ConnectionString; it goes on by itself.";
}

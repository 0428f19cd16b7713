namespace StreamBert.Streaming.Log;

/// <summary>
/// Signals that another process holds the data directory of the embedded log. The message names the process and says what to do.
/// </summary>
public sealed class LogInUseException(string message, Exception? inner = null) : Exception(message, inner);

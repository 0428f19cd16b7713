namespace StreamBert.Streaming.Log;

/// <summary>The log cannot be reached at the moment; trying again later is right.</summary>
public sealed class LogUnavailableException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Another process holds the data directory of the embedded log. The message says who, and what to do.</summary>
public sealed class LogInUseException(string message, Exception? inner = null) : Exception(message, inner);

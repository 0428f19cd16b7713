namespace StreamBert.Streaming.Diagnostics;

/// <summary>
/// A dependency (the event log, the state store) cannot be used at the moment. The message says why and what to do; nothing is wrong with
/// the caller.
/// </summary>
public abstract class DependencyUnavailableException(string message, Exception? inner = null) : Exception(message, inner);

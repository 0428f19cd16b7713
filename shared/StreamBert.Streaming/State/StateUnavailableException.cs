namespace StreamBert.Streaming.State;

/// <summary>The state store does not answer. Nothing is lost: it is rebuilt from the log when it is back.</summary>
public sealed class StateUnavailableException(string message, Exception? inner = null) : Exception(message, inner);

namespace StreamBert.Streaming.Log;

/// <summary>Signals that a batch was not committed and is delivered again; see <see cref="IGroupReader.CommitAsync"/>.</summary>
public sealed class BatchRevokedException(string message, Exception? inner = null) : Exception(message, inner);

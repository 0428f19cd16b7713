using StreamBert.Streaming.Diagnostics;

namespace StreamBert.Streaming.Models;

/// <summary>The model store does not answer, or refuses the call. The message says why and what to do.</summary>
public sealed class ModelStoreException(string message, Exception? inner = null) : DependencyUnavailableException(message, inner);

namespace StreamBert.Streaming.Settings;

/// <summary>A setting is wrong: the message names the key, the value and what to do. The host prints it and exits.</summary>
public sealed class ConfigurationException(string message, Exception? inner = null) : Exception(message, inner);

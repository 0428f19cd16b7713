namespace StreamBert.Gateway.Ingestion;

/// <summary>Reports that a text is larger than its pipeline accepts.</summary>
public sealed class TextTooLargeException(string message) : Exception(message);

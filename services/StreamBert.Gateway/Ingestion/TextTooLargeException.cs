using System.ComponentModel;
using System.Text.Json.Serialization;

namespace StreamBert.Gateway.Ingestion;

/// <summary>A text is longer than its pipeline takes.</summary>
public sealed class TextTooLargeException(string message) : Exception(message);

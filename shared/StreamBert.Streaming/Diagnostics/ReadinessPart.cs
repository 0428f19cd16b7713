using System.Text.Json.Serialization;

namespace StreamBert.Streaming.Diagnostics;

/// <summary>One part of a process that must be ready before work is sent to the process.</summary>
/// <param name="IsReady">Whether the part is ready.</param>
/// <param name="Detail">What the part waits for, or what it has, in words.</param>
public sealed record ReadinessPart([property: JsonPropertyName("ready")] bool IsReady, string Detail);

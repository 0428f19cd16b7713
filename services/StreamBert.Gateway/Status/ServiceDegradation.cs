using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace StreamBert.Gateway.Status;

/// <summary>A condition and the service that has it; null: this process.</summary>
public sealed record ServiceDegradation(string? Service, string Component, DateTimeOffset Since, string Reason, string Remedy);

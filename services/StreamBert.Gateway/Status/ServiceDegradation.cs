namespace StreamBert.Gateway.Status;

/// <summary>Describes a degradation of a service.</summary>
/// <param name="Service">The service; null for this process.</param>
/// <param name="Component">The degraded component.</param>
/// <param name="Since">The start of the degradation.</param>
/// <param name="Reason">The reason.</param>
/// <param name="Remedy">What to do.</param>
public sealed record ServiceDegradation(string? Service, string Component, DateTimeOffset Since, string Reason, string Remedy);

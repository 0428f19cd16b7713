namespace StreamBert.Contracts;

/// <summary>Describes why a service is degraded although it continues to work.</summary>
/// <param name="Component">The component, such as <c>log</c>, <c>disk</c>, <c>state</c> or <c>model default</c>.</param>
/// <param name="Since">When the degradation was first observed.</param>
/// <param name="Reason">The cause and its effect on texts and responses.</param>
/// <param name="Remedy">What to do; the degradation then ends by itself.</param>
public sealed record Degradation(string Component, DateTimeOffset Since, string Reason, string Remedy);

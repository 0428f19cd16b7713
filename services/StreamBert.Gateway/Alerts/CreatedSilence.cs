namespace StreamBert.Gateway.Alerts;

/// <summary>A new silence and its effect.</summary>
/// <param name="Silence">The silence.</param>
/// <param name="FiringAlerts">How many alerts that fire now it matches; null if the state store cannot be read.</param>
public sealed record CreatedSilence(SilenceView Silence, int? FiringAlerts);

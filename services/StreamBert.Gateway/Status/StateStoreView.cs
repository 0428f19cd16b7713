namespace StreamBert.Gateway.Status;

/// <summary>Describes the state store.</summary>
/// <param name="Available">Whether it responds.</param>
/// <param name="PingMs">The round-trip time in milliseconds.</param>
/// <param name="Lag">The number of offsets in the log that are not projected into it yet.</param>
public sealed record StateStoreView(bool Available, double? PingMs, long? Lag = null);

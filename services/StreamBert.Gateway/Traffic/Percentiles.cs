namespace StreamBert.Gateway.Traffic;

/// <summary>Holds percentiles of a duration in milliseconds; null if nothing was measured.</summary>
public sealed record Percentiles(long Count, double? P50, double? P95, double? P99, double? Max);

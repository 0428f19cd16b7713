namespace StreamBert.Gateway.Traffic;

/// <summary>Percentiles of a duration in milliseconds. Null where nothing was measured.</summary>
public sealed record Percentiles(long Count, double? P50, double? P95, double? P99, double? Max);

namespace StreamBert.Gateway.Traffic;

/// <param name="Hits">Predictions whose answer was remembered.</param>
/// <param name="HitRate">Their share of all; null without any.</param>
public sealed record CacheView(long Hits, double? HitRate);

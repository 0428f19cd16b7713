namespace StreamBert.Gateway.Traffic;

/// <summary>Describes the use of the workers' caches.</summary>
/// <param name="Hits">The number of predictions from a cache.</param>
/// <param name="HitRate">Their proportion of all predictions; null without any.</param>
public sealed record CacheView(long Hits, double? HitRate);

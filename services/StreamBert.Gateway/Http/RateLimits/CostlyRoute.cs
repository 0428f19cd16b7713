namespace StreamBert.Gateway.Http.RateLimits;

/// <summary>Marks a route that costs much more to serve than to request.</summary>
internal sealed record CostlyRoute
{
    public static CostlyRoute Instance { get; } = new();
}

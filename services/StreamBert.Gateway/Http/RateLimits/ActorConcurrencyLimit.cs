namespace StreamBert.Gateway.Http.RateLimits;

/// <summary>Marks a route whose concurrent requests are limited for each actor.</summary>
internal sealed record ActorConcurrencyLimit(string Name, Func<GatewayOptions, int> GetLimit)
{
    public static ActorConcurrencyLimit Requests { get; } = new(RateLimits.Requests, static options =>
        options.MaxConcurrentRequestsPerActor);
    public static ActorConcurrencyLimit Streams { get; } = new(RateLimits.Streams, static options => options.MaxStreamsPerActor);
    public static ActorConcurrencyLimit Tabs { get; } = new(RateLimits.Tabs, static options => options.MaxTabsPerActor);
}

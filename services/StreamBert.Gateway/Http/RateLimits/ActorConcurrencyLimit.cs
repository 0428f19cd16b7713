using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;

namespace StreamBert.Gateway.Http.RateLimits;

/// <summary>Metadata of a route of which each actor may have only so many requests open at one time.</summary>
internal sealed record ActorConcurrencyLimit(string Name, Func<GatewayOptions, int> Limit)
{
    public static ActorConcurrencyLimit Requests { get; } = new(RateLimits.Requests, static options => options.MaxConcurrentRequestsPerActor);
    public static ActorConcurrencyLimit Streams { get; } = new(RateLimits.Streams, static options => options.MaxStreamsPerActor);
    public static ActorConcurrencyLimit Tabs { get; } = new(RateLimits.Tabs, static options => options.MaxTabsPerActor);
}

using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;

namespace StreamBert.Gateway.Http.RateLimits;

/// <summary>Metadata of a route that costs much more to serve than to ask.</summary>
internal sealed record CostlyRoute
{
    public static CostlyRoute Instance { get; } = new();
}

using System.ComponentModel.DataAnnotations;

namespace StreamBert.Gateway.Http.RateLimits;

/// <summary>
/// Limits the request rate of each key, person or, without authentication, address. Bound from the section <c>Gateway:RateLimit</c>.
/// </summary>
public sealed class RateLimitOptions
{
    /// <summary>The sustained rate in requests per second; default 1,000.</summary>
    [Range(0.001, 1_000_000)]
    public double RequestsPerSecond { get; set; } = 1_000;

    /// <summary>The maximum number of requests in a burst; default 2,000.</summary>
    [Range(1, 10_000_000)]
    public int Burst { get; set; } = 2_000;
}

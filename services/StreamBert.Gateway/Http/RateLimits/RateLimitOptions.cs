using System.ComponentModel.DataAnnotations;

namespace StreamBert.Gateway.Http.RateLimits;

/// <summary>
/// How fast one actor may ask: each key, each signed-in person, each address of nobody known. Bound from the section
/// <c>Gateway:RateLimit</c>.
/// </summary>
public sealed class RateLimitOptions
{
    /// <summary>Requests a second in the long run.</summary>
    [Range(0.001, 1_000_000)]
    public double RequestsPerSecond { get; set; } = 1_000;

    /// <summary>Requests at once after a pause.</summary>
    [Range(1, 10_000_000)]
    public int Burst { get; set; } = 2_000;
}

using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Options;

namespace StreamBert.Gateway.Interactive;

/// <summary>More is asked than can be answered in time.</summary>
public sealed class OverloadedException(
    string why,
    TimeSpan retryAfter) : Exception($"{why} Try again later, or post bulk texts to /v1/texts.")
{
    public TimeSpan RetryAfter { get; } = retryAfter;
}

using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace StreamBert.Streaming.Diagnostics;

/// <summary>
/// Provides one meter and one activity source per part, named <c>StreamBert.PART </c>; the hosting defaults export all of them.
/// </summary>
public static class Telemetry
{
    /// <summary>The prefix of all meters and activity sources.</summary>
    public const string Prefix = "StreamBert.";

    private static readonly ConcurrentDictionary<string, Meter> Meters = [];
    private static readonly ConcurrentDictionary<string, ActivitySource> Created = [];

    /// <summary>The activity sources that a trace needs: those of StreamBert, and that of HTTP requests.</summary>
    public static string[] Sources => [$"{Prefix}*", "Microsoft.AspNetCore"];

    /// <summary>Returns the meter of a part.</summary>
    /// <param name="part">The part, such as <c>Inference</c>.</param>
    public static Meter Meter(string part) => Meters.GetOrAdd(part, static part => new Meter(Prefix + part));

    /// <summary>Returns the activity source of a part.</summary>
    /// <param name="part">The part, such as <c>Inference</c>.</param>
    public static ActivitySource Source(string part) => Created.GetOrAdd(part, static part => new ActivitySource(Prefix + part));
}

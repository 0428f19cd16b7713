namespace StreamBert.Streaming.Hosting;

/// <summary>
/// A worker's own small endpoint: <c>/metrics</c>, <c>/health/live</c>, <c>/health/ready</c>. Bound from the section <c>Metrics</c>.
/// </summary>
public sealed class MetricsOptions
{
    public const string Section = "Metrics";

    /// <summary>Port to listen on; null: no endpoint.</summary>
    public int? Port { get; set; }

    /// <summary>A host name or address of this machine; <c>*</c> opens it to every network.</summary>
    public string Host { get; set; } = "localhost";
}

namespace StreamBert.Streaming.Hosting.Health;

/// <summary>
/// A worker's own small endpoint: <c>/metrics</c>, <c>/health/live</c>, <c>/health/ready</c>. Bound from the section <c>Metrics</c>.
/// </summary>
public sealed class MetricsOptions
{
    public const string Section = "Metrics";

    /// <summary>Port to listen on; null: no endpoint.</summary>
    public int? Port { get; set; }

    /// <summary>
    /// A host name or address of this machine; <c>*</c> opens it to every network. Then the port after <see cref="Port"/> is used on the
    /// loopback address too: the exporter of the metrics can listen to one name only, and is asked from there.
    /// </summary>
    public string Host { get; set; } = "localhost";

    /// <summary>Where the exporter of the metrics itself listens.</summary>
    internal (string Host, int Port) Exporter => IsOpen ? ("localhost", Port!.Value + 1) : (Host, Port!.Value);

    internal bool IsOpen => Host == "*";
}

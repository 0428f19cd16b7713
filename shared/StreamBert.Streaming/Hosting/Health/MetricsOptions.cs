namespace StreamBert.Streaming.Hosting.Health;

/// <summary>
/// Configures the HTTP endpoint of a worker: <c>/metrics </c>, <c>/health/live </c>, <c>/health/ready </c>. Bound from the section
/// <c>Metrics </c>.
/// </summary>
public sealed class MetricsOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Metrics";

    /// <summary>The port to listen on. Default: null, no endpoint.</summary>
    public int? Port { get; set; }

    /// <summary>
    /// A host name or address of this machine; <c>* </c> opens the endpoint to every network. Then the port after <see cref="Port"/> is
    /// used on the
    /// loopback address too: the exporter of the metrics listens on one name only, and the endpoint forwards requests to it. Default:
    /// <c>localhost </c>.
    /// </summary>
    public string Host { get; set; } = "localhost";

    /// <summary>The address on which the exporter of the metrics listens.</summary>
    internal (string Host, int Port) Exporter => IsOpen ? ("localhost", Port!.Value + 1) : (Host, Port!.Value);

    internal bool IsOpen => Host == "*";
}

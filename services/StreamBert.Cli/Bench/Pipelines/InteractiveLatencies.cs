namespace StreamBert.Cli.Bench.Pipelines;

/// <summary>Contains the latencies of interactive texts while a stream saturates the service.</summary>
/// <param name="Milliseconds">The time from the append of each text to the arrival of its prediction.</param>
/// <param name="BatchMs">The median duration of the forward pass of a bulk batch in that time.</param>
internal sealed record InteractiveLatencies(IReadOnlyList<double> Milliseconds, double BatchMs);

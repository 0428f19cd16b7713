namespace StreamBert.Chaos.Flood;

/// <summary>The options of a flood run.</summary>
/// <param name="Addresses">The number of local addresses that the connections come from.</param>
/// <param name="Duration">How long the connections of each flood are held open.</param>
/// <param name="MaxStreams">The number of event streams that the Gateway is configured to allow.</param>
internal sealed record FloodOptions(int Addresses, TimeSpan Duration, int MaxStreams);

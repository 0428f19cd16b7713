namespace StreamBert.Cli.Simulation;

/// <summary>
/// Describes how often texts of one kind are written, and with which sentiments. The shares of the three sentiments add up to 1.
/// </summary>
/// <param name="Kind">A finance topic, or the region of a chat.</param>
/// <param name="PerSecond">Texts per second.</param>
internal sealed record TextRate(string Kind, double PerSecond, double Negative, double Positive);

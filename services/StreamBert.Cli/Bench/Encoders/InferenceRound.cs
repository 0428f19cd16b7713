using StreamBert.Cli.Bench.Measuring;

namespace StreamBert.Cli.Bench.Encoders;

/// <summary>Contains the measurements of one round.</summary>
/// <param name="GemmFlops">The speed of the machine's matrix multiplication in the same round.</param>
internal readonly record struct InferenceRound(double GemmFlops, EngineThroughput Packed, EngineThroughput Padded);

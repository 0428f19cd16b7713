namespace StreamBert.Cli.Bench.Measuring;

/// <summary>Contains the useful work per second, without padding.</summary>
internal readonly record struct EngineThroughput(double Texts, double Tokens, double Flops);

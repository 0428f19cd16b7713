namespace StreamBert.Cli.Bench.Soak;

/// <summary>Contains the resident memory of the process after a number of texts.</summary>
internal readonly record struct MemorySample(long Texts, long MiB);

namespace StreamBert.Cli.Bench.Pipelines;

/// <summary>Contains the texts per second of one round.</summary>
/// <param name="Pipeline">From the input topic to the predictions.</param>
/// <param name="Engine">The bare engine before and after.</param>
internal readonly record struct PipelineRound(double Pipeline, double Engine);

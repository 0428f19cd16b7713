using StreamBert.Cli.Bench.Measuring;
using StreamBert.Inference;

namespace StreamBert.Cli.Bench.Pipelines;

/// <summary>Contains the result of <c>bench pipeline</c>: medians of the rounds.</summary>
internal sealed record PipelineFigures(
    string Encoder,
    string Dtype,
    double EngineTextsPerSecond,
    double PipelineTextsPerSecond,
    double Share,
    int InteractiveTexts,
    double InteractiveMedianMs,
    double InteractiveP99Ms,
    double BatchMs,
    double P99Multiple,
    int BatchTokens,
    string Machine)
{
    /// <summary>The default of <c>Inference:MaxBatchDelay</c>.</summary>
    private static readonly double BatchDelayMs = new InferenceOptions().MaxBatchDelay.TotalMilliseconds;

    public static PipelineFigures Create(
        string encoder, string dtype, List<PipelineRound> rounds, InteractiveLatencies latencies, int batchTokens)
    {
        var p99 = Statistics.Quantile(latencies.Milliseconds, 0.99);
        var batchMs = BatchDelayMs + latencies.BatchMs;
        return new(
            encoder,
            dtype,
            Math.Round(Statistics.Median(rounds, static round => round.Engine), 1),
            Math.Round(Statistics.Median(rounds, static round => round.Pipeline), 1),
            Math.Round(Statistics.Median(rounds, static round => round.Pipeline / round.Engine), 3),
            latencies.Milliseconds.Count,
            Math.Round(Statistics.Quantile(latencies.Milliseconds, 0.5), 1),
            Math.Round(p99, 1),
            Math.Round(batchMs, 1),
            Math.Round(p99 / batchMs, 2),
            batchTokens,
            MachineInfo.Describe());
    }
}

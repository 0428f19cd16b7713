namespace StreamBert.Gateway.Traffic;

/// <summary>Describes throughput and latency of the last minute as this Gateway observed them.</summary>
/// <param name="PerSecond">The mean number of predictions per second in the last 60 s, or since the start.</param>
/// <param name="PerSecondNow">The same over the last 5 s.</param>
/// <param name="Predictions">Predictions in each of the last 60 whole seconds, oldest first.</param>
/// <param name="WorkerMs">The time in the worker from the read of a text to its prediction.</param>
/// <param name="ModelMs">The time of the forward pass.</param>
/// <param name="ClassifyMs">The time of interactive requests from their arrival to their response.</param>
/// <param name="MeanBatchSize">The mean number of texts in the batch of a computed text; null without any.</param>
/// <param name="Cache">The predictions that workers took from their caches.</param>
public sealed record TrafficView(
    double PerSecond,
    double PerSecondNow,
    long DeadLetters,
    double? MeanBatchSize,
    CacheView Cache,
    Percentiles WorkerMs,
    Percentiles ModelMs,
    Percentiles ClassifyMs,
    IReadOnlyList<int> Predictions);

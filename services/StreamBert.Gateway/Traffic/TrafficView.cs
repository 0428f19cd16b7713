namespace StreamBert.Gateway.Traffic;

/// <summary>What went through in the last minute, as this Gateway saw it.</summary>
/// <param name="PerSecond">Mean predictions a second over the last 60 s (or since the start, if that is less).</param>
/// <param name="PerSecondNow">The same over the last 5 s.</param>
/// <param name="Predictions">Predictions in each of the last 60 whole seconds, oldest first.</param>
/// <param name="WorkerMs">From the read of a text by a worker to its answer: waiting for a batch and the model's pass.</param>
/// <param name="ModelMs">The model's pass alone.</param>
/// <param name="ClassifyMs">From the arrival of a <c>classify</c> to its answer, by way of the log.</param>
/// <param name="MeanBatchSize">Texts in the batch of a computed text, on average; null without any.</param>
/// <param name="Cache">What workers remembered instead of computing it.</param>
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

namespace StreamBert.Contracts;

/// <summary>Holds the durations of a prediction's stages in milliseconds.</summary>
/// <param name="WaitMs">The time from the read of the record to the start of its batch.</param>
/// <param name="ModelMs">The duration of the batch's forward pass.</param>
/// <param name="BatchSize">The number of texts in the batch.</param>
/// <param name="Cached">Whether the answer came from the cache of equal tokens and version: without a pass and a batch (both 0).</param>
public sealed record StageTimings(double WaitMs, double ModelMs, int BatchSize, bool Cached = false);

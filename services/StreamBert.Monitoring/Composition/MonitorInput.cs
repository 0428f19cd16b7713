using StreamBert.Contracts;

namespace StreamBert.Monitoring.Composition;

/// <summary>What the monitor is fed: predictions, and now and then the passing of event time without any.</summary>
public abstract record MonitorInput(string Pipeline);

/// <summary>A prediction, and the partition it came from.</summary>
public sealed record PredictionSeen(TextClassified Prediction, int Partition) : MonitorInput(Prediction.Pipeline);

/// <summary>
/// Event time has reached at least this point in a pipeline, although no text says so; or, with the earliest of times, partitions
/// have been read to their ends.
/// </summary>
public sealed record TimePassed(string Pipeline, DateTimeOffset Watermark) : MonitorInput(Pipeline);

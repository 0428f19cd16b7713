namespace StreamBert.Contracts;

/// <summary>
/// How far Inference has processed an input topic. It is appended in the same atomic step as the predictions it covers, to one partition,
/// so
/// that its order is the order in which a monitor counts texts and advances its watermark, however predictions interleave.
/// </summary>
public sealed record InputProgress
{
    public required string Topic { get; init; }

    /// <summary>The partitions that this step advanced, or that the worker found at their ends.</summary>
    public required IReadOnlyList<PartitionProgress> Partitions { get; init; }

    /// <summary>
    /// Input topic → the end offset of each of its partitions, for all input topics of the pipeline, read after the records of this step
    /// were: a
    /// partition that has been processed up to here holds no text that was appended before them. Null: the ends could not be read.
    /// </summary>
    public IReadOnlyDictionary<string, IReadOnlyList<long>>? Ends { get; init; }

    /// <summary>When the ends were read, by the worker's clock.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Time from the event to its receipt by the log, 90th percentile of the texts of this step; null without texts.</summary>
    public TimeSpan? Delay { get; init; }
}

/// <summary>The offsets of one partition that a step processed.</summary>
/// <param name="From">The first offset.</param>
/// <param name="Next">The offset after the last one.</param>
/// <param name="Predictions">Those of them that became predictions; the others became dead letters or hold no record.</param>
/// <param name="EventTime">The largest event time among them; null without predictions.</param>
public sealed record PartitionProgress(
    int Partition,
    long From,
    long Next,
    IReadOnlyList<OffsetRange> Predictions,
    DateTimeOffset? EventTime);

/// <summary>Offsets from one to below another.</summary>
public sealed record OffsetRange(long From, long To);

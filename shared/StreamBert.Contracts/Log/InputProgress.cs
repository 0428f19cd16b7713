namespace StreamBert.Contracts;

/// <summary>
/// Reports how far Inference has processed an input topic. It is appended to one partition in the same atomic step as the predictions it
/// covers; its order is the order in which the monitor counts texts and advances its watermark, however predictions interleave.
/// </summary>
public sealed record InputProgress
{
    /// <summary>The input topic.</summary>
    public required string Topic { get; init; }

    /// <summary>The partitions that this step advanced, or that the worker found at their ends.</summary>
    public required IReadOnlyList<PartitionProgress> Partitions { get; init; }

    /// <summary>
    /// The end offsets of all partitions, by input topic of the pipeline, read after the records of this step were read: a partition that
    /// has been processed up to its end holds no text that was appended before them. Null if the ends could not be read.
    /// </summary>
    public IReadOnlyDictionary<string, IReadOnlyList<long>>? Ends { get; init; }

    /// <summary>When the ends were read, by the worker's clock.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>
    /// The 90th percentile of the time from event to receipt by the log, over the texts of this step; null without texts.
    /// </summary>
    public TimeSpan? Delay { get; init; }
}

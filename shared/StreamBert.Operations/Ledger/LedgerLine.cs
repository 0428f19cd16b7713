namespace StreamBert.Operations.Ledger;

/// <summary>Describes what became of the records of one input topic, or of all.</summary>
/// <param name="Topic">The input topic.</param>
/// <param name="Pipeline">The pipeline that reads the topic; null for the total and for the interactive topics, which serve all
/// pipelines.</param>
/// <param name="In">The number of records since StreamBert first read the topic, including those that it held then.</param>
/// <param name="Out">The number of records that became a prediction; null while they are not counted.</param>
/// <param name="DeadLettered">The number of records that became a dead letter; null while they are not counted.</param>
/// <param name="InFlight">The number of records without an outcome that no worker has committed yet.</param>
public sealed record LedgerLine(string Topic, string? Pipeline, long In, long? Out, long? DeadLettered, long InFlight)
{
    /// <summary>The counts of each partition.</summary>
    public IReadOnlyList<LedgerPartition> Partitions { get; init; } = [];

    /// <summary>
    /// The number of committed records whose outcome cannot be read; at most <see cref="LedgerView.UnreadableOutputs"/> in all lines
    /// together.
    /// </summary>
    public long Unreadable { get; init; }

    /// <summary>Whether in = out + dead-lettered + in flight + unreadable; null while that is not known.</summary>
    public bool? Balanced => In - Out - DeadLettered - InFlight is { } missing ? missing == Unreadable : null;

    /// <summary>Creates a line that adds up its partitions.</summary>
    internal static LedgerLine Sum(string topic, string? pipeline, IReadOnlyList<LedgerPartition> partitions) => new(
        topic, pipeline, partitions.Sum(static p => p.In), SumIfKnown(partitions, static p => p.Out),
        SumIfKnown(partitions, static p => p.DeadLettered), partitions.Sum(static p => p.InFlight))
    {
        Partitions = partitions,
        Unreadable = partitions.Sum(static p => p.Unreadable),
    };

    private static long? SumIfKnown(IReadOnlyList<LedgerPartition> partitions, Func<LedgerPartition, long?> value) =>
        partitions.Any(partition => value(partition) is null) ? null : partitions.Sum(value);
}

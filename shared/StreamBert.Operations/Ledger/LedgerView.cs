namespace StreamBert.Operations.Ledger;

/// <summary>What became of the records of one partition of an input topic.</summary>
/// <param name="In">Records since StreamBert first saw the topic, those included that stood in it then.</param>
/// <param name="Out">Records that became a prediction; null while they are not counted.</param>
/// <param name="DeadLettered">Records that failed alone; null while they are not counted.</param>
/// <param name="InFlight">Records without an outcome that no worker has committed yet.</param>
public sealed record LedgerPartition(int Partition, long In, long? Out, long? DeadLettered, long InFlight)
{
    /// <inheritdoc cref="LedgerLine.Unreadable"/>
    public long Unreadable { get; init; }

    /// <inheritdoc cref="LedgerLine.Balanced"/>
    public bool? Balanced => Missing is { } missing ? missing == Unreadable : null;

    /// <summary>Committed records without an outcome that can be read; null while that is not known.</summary>
    internal long? Missing => In - Out - DeadLettered - InFlight;
}

/// <summary>What became of the records of one input topic (or of all).</summary>
/// <param name="Pipeline">The pipeline that reads the topic; null for the total and for the interactive topics, which serve all.</param>
/// <param name="In">Records since StreamBert first saw the topic, those included that stood in it then.</param>
/// <param name="Out">Records that became a prediction; null while they are not counted.</param>
/// <param name="DeadLettered">Records that failed alone; null while they are not counted.</param>
/// <param name="InFlight">Records without an outcome that no worker has committed yet.</param>
public sealed record LedgerLine(string Topic, string? Pipeline, long In, long? Out, long? DeadLettered, long InFlight)
{
    public IReadOnlyList<LedgerPartition> Partitions { get; init; } = [];

    /// <summary>
    /// Committed records whose outcome stands in the log and cannot be read: as many as are missing, and at most as many as <see
    /// cref="LedgerView.UnreadableOutputs"/> there are.
    /// </summary>
    public long Unreadable { get; init; }

    /// <summary>Whether in = out + dead-lettered + in flight + unreadable; null while that is not known.</summary>
    public bool? Balanced => In - Out - DeadLettered - InFlight is { } missing ? missing == Unreadable : null;

    /// <summary>A line that adds up its partitions.</summary>
    public static LedgerLine Of(string topic, string? pipeline, IReadOnlyList<LedgerPartition> partitions) => new(
        topic, pipeline, partitions.Sum(static p => p.In), Sum(partitions, static p => p
            .Out), Sum(partitions, static p => p.DeadLettered), partitions.Sum(static p => p.InFlight))
    {
        Partitions = partitions,
        Unreadable = partitions.Sum(static p => p.Unreadable),
    };

    private static long? Sum(IReadOnlyList<LedgerPartition> partitions, Func<LedgerPartition, long?> value) =>
        partitions.Any(partition => value(partition) is null) ? null : partitions.Sum(value);
}

/// <summary>How far a consumer group is behind in a topic, in records.</summary>
public sealed record GroupLag(string Group, string Topic, long Lag);

/// <summary>Where every text is, at one moment.</summary>
/// <param name="Uncounted">
/// Offsets of predictions and dead letters that stand in the log but are not counted yet, and on Kafka those of texts that were not looked
/// at yet; while it is not 0 the lines may be out of balance by as many.
/// </param>
/// <param name="Note">Why there are no counts; null if there are.</param>
public sealed record LedgerView(
    DateTimeOffset At, LedgerLine Total, IReadOnlyList<LedgerLine> Topics, IReadOnlyList<GroupLag> Lag, long Uncounted, string? Note = null)
{
    /// <summary>
    /// Records of <c>predictions</c> and <c>dead-letter</c> that are damaged, or are none: outcomes of texts that cannot be told, and
    /// foreign bytes.
    /// </summary>
    public long UnreadableOutputs { get; init; }
}

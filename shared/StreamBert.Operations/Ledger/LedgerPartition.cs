namespace StreamBert.Operations.Ledger;

/// <summary>Describes what became of the records of one partition of an input topic.</summary>
/// <param name="Partition">The number of the partition.</param>
/// <param name="In">The number of records since StreamBert first read the topic, including those that it held then.</param>
/// <param name="Out">The number of records that became a prediction; null while they are not counted.</param>
/// <param name="DeadLettered">The number of records that became a dead letter; null while they are not counted.</param>
/// <param name="InFlight">The number of records without an outcome that no worker has committed yet.</param>
public sealed record LedgerPartition(int Partition, long In, long? Out, long? DeadLettered, long InFlight)
{
    /// <inheritdoc cref="LedgerLine.Unreadable"/>
    public long Unreadable { get; init; }

    /// <inheritdoc cref="LedgerLine.Balanced"/>
    public bool? Balanced => Missing is { } missing ? missing == Unreadable : null;

    /// <summary>The number of committed records without a readable outcome; null while that is not known.</summary>
    internal long? Missing => In - Out - DeadLettered - InFlight;
}

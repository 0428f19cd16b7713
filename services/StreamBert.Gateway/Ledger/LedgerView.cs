namespace StreamBert.Gateway.Ledger;

/// <summary>What became of the records of one input topic (or of all).</summary>
/// <param name="Pipeline">The pipeline that reads the topic; null for the total and for the interactive topic, which serves all.</param>
/// <param name="In">Records ever appended.</param>
/// <param name="Out">Records that became a prediction; null while the state store is away.</param>
/// <param name="DeadLettered">Records that failed alone; null while the state store is away.</param>
/// <param name="InFlight">Records no worker has committed yet.</param>
public sealed record LedgerLine(string Topic, string? Pipeline, long In, long? Out, long? DeadLettered, long InFlight)
{
    /// <summary>Whether in = out + dead-lettered + in flight; null while that is not known.</summary>
    public bool? Balanced => Out is null || DeadLettered is null ? null : In == Out + DeadLettered + InFlight;
}

/// <summary>How far a consumer group is behind in a topic, in records.</summary>
public sealed record GroupLag(string Group, string Topic, long Lag);

/// <summary>Where every text is, at one moment.</summary>
/// <param name="ProjectionLag">
/// Offsets of predictions and dead letters that stand in the log but are not counted yet; while it is not 0 the lines may be out of balance by as many.
/// On Kafka it can rest above 0: transaction markers take offsets too. Null while the state store is away.
/// </param>
public sealed record LedgerView(
    DateTimeOffset At, LedgerLine Total, IReadOnlyList<LedgerLine> Topics, IReadOnlyList<GroupLag> Lag, long? ProjectionLag);

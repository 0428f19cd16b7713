namespace StreamBert.Operations.Ledger;

/// <summary>Tells how many records of a topic a consumer group has not committed yet.</summary>
/// <param name="Group">The consumer group.</param>
/// <param name="Topic">The topic.</param>
/// <param name="Lag">The number of records.</param>
public sealed record GroupLag(string Group, string Topic, long Lag);

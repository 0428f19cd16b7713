using System.Text.Json.Serialization;
using StreamBert.Contracts;
using StreamBert.Operations.Records;
using StreamBert.Streaming.Log;

namespace StreamBert.Operations.Ledger;

/// <summary>Counts the outcomes of the records of one input partition since the log began.</summary>
internal sealed record LedgerCounts(long Out, long DeadLettered)
{
    public static LedgerCounts None { get; } = new(0, 0);
}

/// <summary>Tells which offsets of an input partition are records of the ledger.</summary>
/// <param name="Start">The first offset that counts. It is not 0 if the topic had lost records before StreamBert first read it.</param>
/// <param name="Next">The next offset to scan; below it, every offset without a record is counted in <paramref name="Gaps"/>.</param>
/// <param name="Gaps">The number of offsets below <paramref name="Next"/> that hold transaction markers instead of records.</param>
internal sealed record LedgerInput(long Start, long Next, long Gaps);

/// <summary>
/// Holds the counts of the ledger with the offsets up to which they were counted. As JSON it is a checkpoint on <see
/// cref="Topics.LedgerState"/>.
/// </summary>
/// <param name="Counts">The outcomes by input partition (<c>topic/partition</c>).</param>
/// <param name="Positions">The next offset to count by output partition.</param>
/// <param name="IsComplete">Whether every outcome was counted. It is false once retention has deleted outcomes before they were
/// counted.</param>
internal sealed record LedgerSnapshot(
    IReadOnlyDictionary<string, LedgerCounts> Counts,
    IReadOnlyDictionary<string, long> Positions,
    [property: JsonRequired] bool IsComplete)
{
    public static LedgerSnapshot Empty { get; } = new(new Dictionary<string, LedgerCounts>(), new Dictionary<string, long>(), true);

    /// <summary>The scanned offsets by input partition.</summary>
    public IReadOnlyDictionary<string, LedgerInput> Inputs { get => field ?? new Dictionary<string, LedgerInput>(); init; }

    /// <summary>The number of records by output topic that cannot be read, so that nobody knows which input they belong to.</summary>
    public IReadOnlyDictionary<string, long> Unreadable { get => field ?? new Dictionary<string, long>(); init; }

    /// <summary>The input records whose outcomes are counted; present in a checkpoint only.</summary>
    public OriginDeduplicator? Seen { get; init; }

    /// <summary>Whether all numbers of a deserialized snapshot are possible.</summary>
    [JsonIgnore]
    public bool IsValid => Counts is not null && Positions is not null
        && Counts.Values.All(static counts => counts is { Out: >= 0, DeadLettered: >= 0 })
        && Inputs.Values.All(static input => input is { Start: >= 0, Next: >= 0, Gaps: >= 0 });

    /// <summary>Counts the records that an input partition has received.</summary>
    public long CountRecords(PartitionLag lag)
    {
        var input = GetInput(lag);
        var unscanned = input.Next >= lag.RecordsEnd ? lag.End - input.Next : 0;
        return lag.End - input.Start - input.Gaps - unscanned;
    }

    /// <summary>Counts the offsets of the inputs that were not scanned yet, so that they may be records or transaction markers.</summary>
    public long CountUnscannedOffsets(IEnumerable<PartitionLag> inputs) =>
        inputs.Sum(lag => Math.Max(0, lag.RecordsEnd - GetInput(lag).Next));

    /// <summary>Counts the offsets of the outputs that are in the log and not counted yet.</summary>
    public long GetLag(IEnumerable<PartitionInfo> outputs) => outputs.Sum(output =>
        output.LagAt(Positions.GetValueOrDefault(PartitionKey.Of(output.Topic, output.Partition), output.Begin)));

    private LedgerInput GetInput(PartitionLag lag) =>
        Inputs.GetValueOrDefault(PartitionKey.Of(lag.Topic, lag.Partition)) ?? new(lag.Begin, lag.Begin, 0);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(LedgerSnapshot))]
internal sealed partial class LedgerSnapshotContext : JsonSerializerContext;

using StreamBert.Contracts;

namespace StreamBert.Streaming.Log;

/// <summary>A record as it stands in the log. <see cref="Timestamp"/> is event time.</summary>
public sealed record LogRecord(
    RecordPosition Position,
    byte[]? Key,
    byte[]? Value,
    IReadOnlyDictionary<string, byte[]> Headers,
    DateTimeOffset Timestamp)
{
    /// <summary>Bytes at which one read takes no more records, unless its caller says otherwise.</summary>
    public const int MaxReadBytes = 4 * 1024 * 1024;

    /// <summary>When the log received it; null where the log does not know (Kafka topics whose timestamps are the producers').</summary>
    public DateTimeOffset? ReceivedAt { get; init; }

    /// <summary>
    /// What is wrong with the record as the log holds it (a checksum that does not match, headers that cannot be decoded); null: it is
    /// intact.
    /// The bytes of a damaged record are those that could be read; nothing may be decided by them.
    /// </summary>
    public string? Damage { get; init; }

    /// <summary>Whether nothing is left of it: a repair has recorded its loss. <see cref="Damage"/> says when.</summary>
    public bool IsLost { get; init; }

    /// <summary>Of key, value and headers.</summary>
    public int Bytes => (Key?.Length ?? 0) + (Value?.Length ?? 0) + Headers.Sum(static header => header.Key.Length + header.Value.Length);
}

/// <summary>A record to append. Without <see cref="Partition"/> the key decides; without a key, partitions take turns.</summary>
public sealed record NewRecord(string Topic, byte[]? Key, byte[]? Value, DateTimeOffset Timestamp)
{
    /// <summary>The most that key and value of one record may have together, in bytes: what Kafka takes, less space for the headers. The embedded log keeps to the same limit.</summary>
    public const int MaxBytes = 23 * 1024 * 1024;

    private static readonly Dictionary<string, byte[]> NoHeaders = [];

    public IReadOnlyDictionary<string, byte[]> Headers { get; init; } = NoHeaders;
    public int? Partition { get; init; }

    /// <inheritdoc cref="LogRecord.Bytes"/>
    public int Bytes => (Key?.Length ?? 0) + (Value?.Length ?? 0) + Headers.Sum(static header => header.Key.Length + header.Value.Length);
}

/// <summary>Records read together; committed as a whole.</summary>
/// <param name="Generation">The assignment under which they were read; a commit under a later one is refused.</param>
public sealed record ReadBatch(int Generation, IReadOnlyList<LogRecord> Records)
{
    /// <summary>Batches of one reader that were read one after the other, as one: so that they are committed in one step.</summary>
    /// <param name="batches">At least one, all of the same generation.</param>
    public static ReadBatch Join(IReadOnlyList<ReadBatch> batches) =>
        batches.Count == 1 ? batches[0] : new(batches[0].Generation, [.. batches.SelectMany(static b => b.Records)]);
}

/// <summary>A topic to create. Retention null keeps everything.</summary>
public sealed record TopicSpec(string Name, int Partitions, TimeSpan? MaxAge = null, long? MaxBytes = null);

/// <summary>A partition with the offset of its first record and of the next one to come.</summary>
public sealed record PartitionInfo(string Topic, int Partition, long Begin, long End)
{
    /// <summary>Records that an older version of the embedded log wrote without a checksum.</summary>
    public long WithoutChecksum { get; init; }

    /// <summary>
    /// The offset behind the last record, as far as this process has read; Kafka's marks of transactions may stand from there to the end.
    /// </summary>
    public long RecordsEnd { get; init; } = End;

    /// <summary>How far a reader at this position is behind: 0 if it has every record.</summary>
    public long Behind(long position) => position < RecordsEnd ? End - position : 0;
}

/// <summary>How far a group is behind in a partition.</summary>
public sealed record PartitionLag(string Topic, int Partition, long Committed, long End)
{
    /// <summary>The offset of the first record that still stands.</summary>
    public long Begin { get; init; }

    /// <inheritdoc cref="PartitionInfo.RecordsEnd"/>
    public long RecordsEnd { get; init; } = End;

    public long Lag => Math.Max(0, End - Committed);
}

/// <summary>Partitions taken on or given up by a reader.</summary>
public sealed record AssignmentChange(
    IReadOnlyList<(string Topic, int Partition)> Assigned,
    IReadOnlyList<(string Topic, int Partition)> Revoked);

/// <summary>See <see cref="IGroupReader.CommitAsync"/>.</summary>
public sealed class BatchRevokedException(string message, Exception? inner = null) : Exception(message, inner);

using StreamBert.Contracts;

namespace StreamBert.Streaming.Log;

/// <summary>Represents a record of the log.</summary>
/// <param name="Position">The topic, partition and offset of the record.</param>
/// <param name="Key">The key, which chooses the partition.</param>
/// <param name="Value">The value; null for a tombstone.</param>
/// <param name="Headers">The headers by name.</param>
/// <param name="Timestamp">The event time.</param>
public sealed record LogRecord(
    RecordPosition Position, byte[]? Key, byte[]? Value, IReadOnlyDictionary<string, byte[]> Headers, DateTimeOffset Timestamp)
{
    /// <summary>The bytes after which a read takes no further record, unless its caller passes another limit.</summary>
    public const int MaxReadBytes = 4 * 1024 * 1024;

    /// <summary>
    /// When the log received the record; null where the log does not know it (Kafka topics with the timestamps of their producers).
    /// </summary>
    public DateTimeOffset? ReceivedAt { get; init; }

    /// <summary>
    /// The damage of the stored record (a checksum mismatch, undecodable headers); null if it is intact. The bytes of a damaged record are
    /// those that could be read; no decision may rest on them.
    /// </summary>
    public string? Damage { get; init; }

    /// <summary>Whether the record is lost: a repair has recorded its loss. <see cref="Damage"/> says when.</summary>
    public bool IsLost { get; init; }

    /// <summary>The bytes of key, value and headers.</summary>
    public int Bytes => RecordSize.Of(Key, Value, Headers);
}

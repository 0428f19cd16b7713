namespace StreamBert.Streaming.Log;

/// <summary>
/// Represents a record to append. Without <see cref="Partition"/> the key chooses the partition; without a key the partitions take turns.
/// </summary>
/// <param name="Topic">The topic.</param>
/// <param name="Key">The key.</param>
/// <param name="Value">The value.</param>
/// <param name="Timestamp">The event time.</param>
public sealed record NewRecord(string Topic, byte[]? Key, byte[]? Value, DateTimeOffset Timestamp)
{
    /// <summary>
    /// The most that key and value of one record may have together, in bytes: what Kafka takes, less space for the headers. The embedded
    /// log keeps to the same limit.
    /// </summary>
    public const int MaxBytes = 23 * 1024 * 1024;

    private static readonly Dictionary<string, byte[]> NoHeaders = [];

    /// <summary>The headers by name.</summary>
    public IReadOnlyDictionary<string, byte[]> Headers { get; init; } = NoHeaders;

    /// <summary>The partition; null: the key chooses it.</summary>
    public int? Partition { get; init; }

    /// <summary>The bytes of key, value and headers.</summary>
    public int Bytes => RecordSize.Of(Key, Value, Headers);
}

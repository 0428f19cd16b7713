using StreamBert.Contracts;

namespace StreamBert.Streaming.Log;

/// <summary>
/// Stores topics of partitions of records, in order. Kafka and the embedded log implement it. Services communicate through it only.
/// </summary>
public interface IEventLog : IAsyncDisposable
{
    /// <summary>Whether offsets may hold transaction markers instead of records.</summary>
    bool HasTransactionMarkers { get; }

    /// <summary>The reason why the last write was refused (a full disk, a limit, a damaged file); null after a successful write.</summary>
    Exception? WriteFailure { get; }

    /// <summary>The damage of the log's files that a read found, which does not resolve by itself; null if there is none.</summary>
    Exception? ReadFailure => null;

    /// <summary>Creates the topics that do not exist yet; existing topics keep their partitions.</summary>
    Task CreateTopicsAsync(IReadOnlyCollection<TopicSpec> topics, CancellationToken cancellation);

    /// <summary>Describes the partitions of the given topics, or of all topics.</summary>
    Task<IReadOnlyList<PartitionInfo>> DescribeAsync(IReadOnlyCollection<string>? topics, CancellationToken cancellation);

    /// <summary>Checks all pages of the embedded log's file. Kafka's brokers check their own files.</summary>
    /// <exception cref="LogUnavailableException">The file is damaged.</exception>
    Task CheckAsync(CancellationToken cancellation) => Task.CompletedTask;

    /// <summary>Appends records; they are durable when it returns.</summary>
    /// <param name="records">The records.</param>
    /// <param name="cancellation">Cancels the call.</param>
    /// <param name="atomic">
    /// Appends all records or none. The embedded log always does; Kafka does in a transaction, which takes longer, and not with
    /// at-least-once delivery.
    /// </param>
    /// <returns>The position of each record, in order.</returns>
    Task<IReadOnlyList<RecordPosition>> AppendAsync(IReadOnlyList<NewRecord> records, CancellationToken cancellation, bool atomic = false);

    /// <summary>
    /// Joins a consumer group, whose readers share the partitions. The group starts at its committed offsets, or at the beginning without
    /// any.
    /// </summary>
    /// <param name="group">The consumer group.</param>
    /// <param name="topics">The topics to read.</param>
    /// <param name="cancellation">Cancels the call.</param>
    /// <param name="exclusive">Assigns all partitions to one reader; the others of the group stand by until it leaves or fails.</param>
    Task<IGroupReader> JoinAsync(
        string group, IReadOnlyCollection<string> topics, CancellationToken cancellation, bool exclusive = false);

    /// <summary>
    /// Follows a topic outside of a group, without end: first the stored records from the given offset of each partition, then new records.
    /// A partition without a given offset, or added later, starts at its beginning; without <paramref name="from"/> the existing partitions
    /// start at their ends. Yields non-empty batches, each in the order of its partitions.
    /// </summary>
    IAsyncEnumerable<IReadOnlyList<LogRecord>> TailAsync(
        string topic, IReadOnlyDictionary<int, long>? from, CancellationToken cancellation);

    /// <summary>Reads a topic from the given offsets, or from the beginning, to its end at the time of the call.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="from">The first offset of each partition.</param>
    /// <param name="cancellation">Ends the enumeration.</param>
    /// <param name="awaitOpenTransactions">
    /// Includes the records of transactions that are open at that time and commit: records behind an open transaction, even one whose
    /// producer has failed, are visible only after it has ended. Use it only for topics on which nobody else keeps transactions open for
    /// long.
    /// </param>
    IAsyncEnumerable<LogRecord> ReadToEndAsync(
        string topic, IReadOnlyDictionary<int, long>? from, CancellationToken cancellation, bool awaitOpenTransactions = false);

    /// <summary>Fetches one record; null if it does not exist or exists no longer.</summary>
    Task<LogRecord?> FetchAsync(RecordPosition position, CancellationToken cancellation);

    /// <summary>Fetches the last record of a partition; null if there is none.</summary>
    Task<LogRecord?> FetchLastAsync(string topic, int partition, CancellationToken cancellation);

    /// <summary>Returns the committed offset, the end offset and the lag of a group for each partition of the topics.</summary>
    Task<IReadOnlyList<PartitionLag>> LagAsync(string group, IReadOnlyCollection<string> topics, CancellationToken cancellation);
}

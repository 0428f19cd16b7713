using StreamBert.Contracts;

namespace StreamBert.Streaming.Log;

/// <summary>
/// The event log: topics of partitions of records, kept in order. Two engines stand behind it: Kafka and an embedded
/// durable log. It is the only way from one service to another.
/// </summary>
public interface IEventLog : IAsyncDisposable
{
    /// <summary>Whether there may be offsets that hold no record: marks of transactions.</summary>
    bool HasTransactionMarkers { get; }

    /// <summary>Why the last write was refused (a full disk, a limit, a damaged file); null once one was taken.</summary>
    Exception? WriteFailure { get; }

    /// <summary>Damage of the log's files that a read has met; it does not pass by itself. Null: none so far.</summary>
    Exception? ReadFailure => null;

    /// <summary>Creates the topics that do not exist yet; existing ones keep their partitions.</summary>
    Task CreateTopicsAsync(IReadOnlyCollection<TopicSpec> topics, CancellationToken cancellation);

    /// <summary>Every partition of every topic (or of the named ones) with its first and next offset.</summary>
    Task<IReadOnlyList<PartitionInfo>> DescribeAsync(IReadOnlyCollection<string>? topics, CancellationToken cancellation);

    /// <summary>Checks all pages of the embedded log's file. Kafka's brokers check theirs.</summary>
    /// <exception cref="LogUnavailableException">The file is damaged.</exception>
    Task CheckAsync(CancellationToken cancellation) => Task.CompletedTask;

    /// <summary>Appends records; when it returns they are durable.</summary>
    /// <param name="atomic">All or none: the embedded log does so in any case, Kafka in a transaction, which takes longer, and not with
    /// at-least-once delivery.</param>
    /// <returns>The position of each record, in order.</returns>
    Task<IReadOnlyList<RecordPosition>> AppendAsync(IReadOnlyList<NewRecord> records, CancellationToken cancellation, bool atomic = false);

    /// <summary>
    /// Joins a consumer group. A group's partitions are shared among its readers; it starts where it last committed, else at the beginning.
    /// </summary>
    /// <param name="exclusive">One reader has all partitions; the others of the group stand by and get no records, until it leaves or
    /// dies.</param>
    Task<IGroupReader> JoinAsync(string group, IReadOnlyCollection<string> topics, CancellationToken cancellation, bool exclusive = false);

    /// <summary>
    /// Follows a topic without a group, for ever: first what stands there from the given offset of each partition, then what comes.
    /// A partition that is not named, or is added later, starts at its beginning; <paramref name="from"/> null starts those there are at
    /// their ends.
    /// Yields non-empty batches, each in partition order.
    /// </summary>
    IAsyncEnumerable<IReadOnlyList<LogRecord>> TailAsync(
        string topic,
        IReadOnlyDictionary<int, long>? from,
        CancellationToken cancellation);

    /// <summary>
    /// Reads a topic from the given offsets (default: the beginning) to where it ended when the call was made, then completes.
    /// </summary>
    /// <param name="awaitOpenTransactions">
    /// With what stands in transactions that were open at that time and are committed: one that has died keeps what others have committed
    /// behind it from being seen
    /// until it is ended. Only for topics that nobody else writes in long transactions.
    /// </param>
    IAsyncEnumerable<LogRecord> ReadToEndAsync(
        string topic,
        IReadOnlyDictionary<int, long>? from,
        CancellationToken cancellation,
        bool awaitOpenTransactions = false);

    /// <summary>One record, or null if it is not there (any more).</summary>
    Task<LogRecord?> FetchAsync(RecordPosition position, CancellationToken cancellation);

    /// <summary>The last record of a partition, or null.</summary>
    Task<LogRecord?> FetchLastAsync(string topic, int partition, CancellationToken cancellation);

    /// <summary>For each partition of the topics: committed offset of the group, end offset and the difference.</summary>
    Task<IReadOnlyList<PartitionLag>> LagAsync(string group, IReadOnlyCollection<string> topics, CancellationToken cancellation);
}

/// <summary>
/// One reader of a consumer group. <see cref="ReadAsync"/> may run ahead of <see cref="CommitAsync"/>; batches are committed
/// in the order they were read.
/// </summary>
public interface IGroupReader : IAsyncDisposable
{
    /// <summary>
    /// Waits until records are there and returns up to <paramref name="maxRecords"/>, in order within each partition; it takes no more when
    /// they
    /// have <paramref name="maxBytes"/>, so one record at least comes however large it is.
    /// </summary>
    Task<ReadBatch> ReadAsync(int maxRecords, CancellationToken cancellation, int maxBytes = LogRecord.MaxReadBytes);

    /// <summary>
    /// The one atomic step: appends the outputs and moves the group past the batch, both or neither. The batch is the oldest one not yet
    /// committed, or the oldest ones joined by <see cref="ReadBatch.Join"/>. A batch without records commits outputs alone, if its
    /// generation still holds.
    /// </summary>
    /// <exception cref="BatchRevokedException">
    /// Nothing was written (with at-least-once delivery the outputs may stand): the batch belongs to another reader by now, or will be
    /// delivered again. Drop everything in flight and read on.
    /// </exception>
    Task CommitAsync(ReadBatch batch, IReadOnlyList<NewRecord> outputs, CancellationToken cancellation);

    /// <summary>
    /// Under what is read and committed now; it changes when partitions of batches in flight go, or all of a reader that is alone, and when
    /// a commit fails.
    /// </summary>
    int Generation { get; }

    /// <summary>Raised when partitions are taken on or given up. Handlers must be quick.</summary>
    event Action<AssignmentChange>? AssignmentChanged;
}

using System.Collections.Concurrent;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamBert.Contracts;
using StreamBert.Streaming.Log.Kafka.Administration;
using StreamBert.Streaming.Log.Kafka.Clients;
using StreamBert.Streaming.Log.Kafka.Consuming;
using StreamBert.Streaming.Log.Kafka.Producing;

namespace StreamBert.Streaming.Log.Kafka;

/// <summary>
/// Implements the event log on Kafka, or on a broker that speaks its protocol. librdkafka connects in the background and keeps the
/// connections.
/// </summary>
public sealed class KafkaEventLog : IEventLog
{
    private readonly KafkaClients _clients;
    private readonly IAdminClient _admin;
    private readonly KafkaAppender _appender;
    private readonly KafkaTopics _topics;
    private readonly ObservedEnds _ends = new();
    private readonly KafkaRangeReader _reader;
    private readonly ConcurrentDictionary<string, IConsumer<byte[], byte[]>> _lagConsumers = [];
    private Exception? _writeFailure;
    private bool _disposed;

    /// <summary>Creates the log.</summary>
    /// <exception cref="Settings.ConfigurationException">librdkafka does not accept a setting.</exception>
    public KafkaEventLog(KafkaSettings settings, TimeProvider time, ILogger<KafkaEventLog> logger)
    {
        _clients = new(settings, time, logger);
        _admin = _clients.CreateAdmin();
        _appender = new(_clients);
        _topics = new(_admin, _admin.ListOffsetsAsync, _clients);
        _reader = new(_clients, _ends);
    }

    /// <inheritdoc />
    public bool HasTransactionMarkers => true;

    /// <inheritdoc />
    public Exception? WriteFailure
    {
        get => Volatile.Read(ref _writeFailure);
        private set => Volatile.Write(ref _writeFailure, value);
    }

    /// <inheritdoc />
    public Task CreateTopicsAsync(IReadOnlyCollection<TopicSpec> topics, CancellationToken cancellation) =>
        _topics.CreateAsync(topics, cancellation);

    /// <inheritdoc />
    public async Task<IReadOnlyList<PartitionInfo>> DescribeAsync(IReadOnlyCollection<string>? topics, CancellationToken cancellation) =>
        [.. (await _topics.DescribeAsync(topics, cancellation)).Select(_ends.ApplyTo)];

    /// <summary>Appends records. If the brokers refuse a record, the call fails and other records may be stored.</summary>
    /// <param name="records">The records.</param>
    /// <param name="cancellation">Cancels the call.</param>
    /// <param name="atomic">
    /// Appends in a transaction. After a failure all records may, rarely, be stored nevertheless; never a part.
    /// </param>
    /// <exception cref="LogUnavailableException">
    /// The brokers did not answer within <c>message.timeout.ms</c>, or a transaction took too long.
    /// </exception>
    public async Task<IReadOnlyList<RecordPosition>> AppendAsync(
        IReadOnlyList<NewRecord> records, CancellationToken cancellation, bool atomic = false)
    {
        try
        {
            var positions = atomic && records.Count > 1 && _clients.Settings.Transactional
                ? await _appender.AppendAtomicallyAsync(records, cancellation)
                : await _appender.AppendAsync(records, cancellation);
            WriteFailure = null;
            return positions;
        }
        catch (LogUnavailableException e)
        {
            WriteFailure = e;
            throw;
        }
    }

    /// <inheritdoc />
    public Task<IGroupReader> JoinAsync(
        string group, IReadOnlyCollection<string> topics, CancellationToken cancellation, bool exclusive = false) =>
        Task.FromResult<IGroupReader>(new KafkaGroupReader(_clients, _appender, group, topics, exclusive ? _topics : null));

    /// <inheritdoc />
    public IAsyncEnumerable<IReadOnlyList<LogRecord>> TailAsync(
        string topic, IReadOnlyDictionary<int, long>? from, CancellationToken cancellation) => _reader.FollowAsync(
            _topics.DescribeAsync([topic], cancellation),
            p => (from is null ? p.End : StartOf(p, from), long.MaxValue),
            () => _topics.ListPartitions([topic]),
            cancellation);

    /// <inheritdoc />
    public IAsyncEnumerable<LogRecord> ReadToEndAsync(
        string topic, IReadOnlyDictionary<int, long>? from, CancellationToken cancellation, bool awaitOpenTransactions = false)
    {
        var described = awaitOpenTransactions
            ? _topics.DescribeAfterOpenTransactionsAsync(topic, cancellation)
            : _topics.DescribeAsync([topic], cancellation);
        return _reader.FollowAsync(described, p => (StartOf(p, from), p.End), null, cancellation).SelectMany(static records => records);
    }

    /// <inheritdoc />
    public async Task<LogRecord?> FetchAsync(RecordPosition position, CancellationToken cancellation)
    {
        var partition = await _topics.FindAsync(position.Topic, position.Partition, cancellation);
        if (partition is null || position.Offset < partition.Begin || position.Offset >= partition.End)
            return null;
        var records = await _reader.ReadRangeAsync(partition, position.Offset, position.Offset + 1, cancellation);
        return records.FirstOrDefault(r => r.Position == position);
    }

    /// <inheritdoc />
    /// <remarks>
    /// It waits for open transactions: one that is being committed may write the last record. The last offsets may be transaction markers,
    /// so it looks back in growing steps.
    /// </remarks>
    public async Task<LogRecord?> FetchLastAsync(string topic, int partition, CancellationToken cancellation)
    {
        var described = await _topics.DescribeAfterOpenTransactionsAsync(topic, cancellation);
        if (described.FirstOrDefault(p => p.Partition == partition) is not { } found)
            return null;
        for (var back = 2L; found.End > found.Begin; back *= 4)
        {
            var start = Math.Max(found.Begin, found.End - back);
            var records = await _reader.ReadRangeAsync(found, start, found.End, cancellation);
            if (records.Count > 0 || start == found.Begin)
                return records.LastOrDefault();
        }

        return null;
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<PartitionLag>> LagAsync(
        string group, IReadOnlyCollection<string> topics, CancellationToken cancellation)
    {
        var partitions = await DescribeAsync(topics, cancellation);
        var consumer = _lagConsumers.GetOrAdd(group, group => _clients.ConsumerBuilder(group).Build());
        var committed = await _clients.QueryAsync(
            left => BlockingCalls.RunAsync(() => FetchCommitted(consumer, partitions, left)), cancellation);
        var offsets = committed.ToDictionary(static c => (c.Topic, c.Partition.Value), static c => c.Offset.Value);
        return
        [
            .. partitions.Select(p =>
                new PartitionLag(p.Topic, p.Partition, Math.Max(p.Begin, offsets.GetValueOrDefault((p.Topic, p.Partition))), p.End)
                {
                    Begin = p.Begin,
                    RecordsEnd = p.RecordsEnd,
                }),
        ];
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        _disposed = true;
        await BlockingCalls.RunAsync(() =>
        {
            foreach (var consumer in _lagConsumers.Values)
                consumer.Dispose();
            _reader.Dispose();
            _appender.Dispose();
            _admin.Dispose();
            return true;
        });
    }

    /// <summary>
    /// Fetches the committed offsets; none of a group that no reader has joined yet, which some brokers do not know then.
    /// </summary>
    private static List<TopicPartitionOffset> FetchCommitted(
        IConsumer<byte[], byte[]> consumer, IReadOnlyList<PartitionInfo> partitions, TimeSpan timeout)
    {
        try
        {
            return consumer.Committed(partitions.Select(static p => new TopicPartition(p.Topic, p.Partition)), timeout);
        }
        catch (KafkaException e) when (e.Error.Code == ErrorCode.GroupIdNotFound)
        {
            return [];
        }
    }

    private static long StartOf(PartitionInfo partition, IReadOnlyDictionary<int, long>? from) =>
        Math.Max(partition.Begin, from?.GetValueOrDefault(partition.Partition) ?? 0);
}

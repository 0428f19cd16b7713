using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamBert.Contracts;

namespace StreamBert.Streaming.Log.Kafka;

/// <summary>The event log on Kafka (or what speaks its protocol). Connections are made in the background and kept by librdkafka.</summary>
public sealed class KafkaEventLog : IEventLog
{
    private const int ChunkRecords = 500;

    private readonly KafkaClients _clients;
    private readonly IAdminClient _admin;
    private readonly KafkaAppender _appender;
    private readonly KafkaTopics _topics;
    private readonly KnownEnds _ends = new();
    private readonly ConcurrentDictionary<string, IConsumer<byte[], byte[]>> _groups = [];
    private readonly SemaphoreSlim _fetching = new(1);
    private KafkaScan? _fetcher;
    private Exception? _writeFailure;
    private bool _disposed;

    /// <exception cref="Hosting.ConfigurationException">A setting is not accepted by librdkafka.</exception>
    public KafkaEventLog(KafkaSettings settings, TimeProvider time, ILogger<KafkaEventLog> logger)
    {
        _clients = new(settings, time, logger);
        _admin = _clients.Admin();
        _appender = new(_clients);
        _topics = new(_admin, _admin.ListOffsetsAsync, _clients, time);
    }

    public bool HasTransactionMarkers => true;

    public Exception? WriteFailure { get => Volatile.Read(ref _writeFailure); private set => Volatile.Write(ref _writeFailure, value); }

    public Task CreateTopicsAsync(IReadOnlyCollection<TopicSpec> topics, CancellationToken cancellation)
        => _topics.CreateAsync(topics, cancellation);

    public async Task<IReadOnlyList<PartitionInfo>> DescribeAsync(IReadOnlyCollection<string>? topics, CancellationToken cancellation) =>
        [.. (await _topics.DescribeAsync(topics, cancellation)).Select(_ends.Complete)];

    /// <summary>Appends records; one that the brokers refuse fails the call, others may stand by then.</summary>
    /// <param name="atomic">In a transaction. If it fails, it may rarely stand nevertheless: as a whole.</param>
    /// <exception cref="LogUnavailableException">The brokers did not answer within <c>message.timeout.ms</c>, a transaction not within a
    /// minute.</exception>
    public async Task<IReadOnlyList<RecordPosition>> AppendAsync(
        IReadOnlyList<NewRecord> records,
        CancellationToken cancellation,
        bool atomic = false)
    {
        try
        {
            var positions = atomic && records.Count > 1 && _clients.Settings.Transactional
                ? await _appender.AppendWholeAsync(records, cancellation)
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

    public Task<IGroupReader> JoinAsync(
        string group,
        IReadOnlyCollection<string> topics,
        CancellationToken cancellation,
        bool exclusive = false) =>
        Task.FromResult<IGroupReader>(new KafkaGroupReader(_clients, _appender, group, topics, exclusive ? _topics : null));

    public IAsyncEnumerable<IReadOnlyList<LogRecord>> TailAsync(
        string topic,
        IReadOnlyDictionary<int, long>? from,
        CancellationToken cancellation)
    {
        var described = _topics.DescribeAsync([topic], cancellation);
        return FollowAsync(
            described,
            p => (from is null ? p.End : Start(p, from), long.MaxValue),
            () => _topics.Partitions([topic]),
            cancellation);
    }

    public IAsyncEnumerable<LogRecord> ReadToEndAsync(
        string topic,
        IReadOnlyDictionary<int, long>? from,
        CancellationToken cancellation,
        bool awaitOpenTransactions = false)
    {
        var described = awaitOpenTransactions ? _topics.DescribeSettledAsync(topic, cancellation) : _topics.DescribeAsync([topic], cancellation);
        return FollowAsync(described, p => (Start(p, from), p.End), null, cancellation).SelectMany(static records => records);
    }

    public async Task<LogRecord?> FetchAsync(RecordPosition position, CancellationToken cancellation)
    {
        var partition = await _topics.FindAsync(position.Topic, position.Partition, cancellation);
        if (partition is null || position.Offset < partition.Begin || position.Offset >= partition.End)
            return null;
        var records = await StretchAsync(partition, position.Offset, position.Offset + 1, cancellation);
        return records.FirstOrDefault(r => r.Position == position);
    }

    /// <remarks>
    /// It waits for transactions that are open there: one that is being committed may be about to put the last record. The last offsets may
    /// be marks of
    /// transactions, so it looks back in growing steps.
    /// </remarks>
    public async Task<LogRecord?> FetchLastAsync(string topic, int partition, CancellationToken cancellation)
    {
        var found = (await _topics.DescribeSettledAsync(topic, cancellation)).FirstOrDefault(p => p.Partition == partition);
        for (var back = 2L; found is not null && found.End > found.Begin; back *= 4)
        {
            var start = Math.Max(found.Begin, found.End - back);
            var records = await StretchAsync(found, start, found.End, cancellation);
            if (records.Count > 0 || start == found.Begin)
                return records.LastOrDefault();
        }
        return null;
    }

    public async Task<IReadOnlyList<PartitionLag>> LagAsync(
        string group,
        IReadOnlyCollection<string> topics,
        CancellationToken cancellation)
    {
        var partitions = await DescribeAsync(topics, cancellation);
        var consumer = _groups.GetOrAdd(group, group => _clients.Consumer(group).Build());
        var committed = await _clients.QueryAsync(
            left => KafkaPolling.OnOwnThreadAsync(() => Committed(consumer, partitions, left)),
            cancellation);
        var offsets = committed.ToDictionary(static c => (c.Topic, c.Partition.Value), static c => c.Offset.Value);
        return [.. partitions.Select(p => new PartitionLag(
            p.Topic,
            p.Partition,
            Math.Max(p.Begin, offsets.GetValueOrDefault((p.Topic, p.Partition))),
            p.End) { Begin = p.Begin, RecordsEnd = p.RecordsEnd })];
    }

    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        _disposed = true;
        await KafkaPolling.OnOwnThreadAsync(() =>
        {
            foreach (var consumer in _groups.Values)
                consumer.Dispose();
            _fetcher?.Dispose();
            _appender.Dispose();
            _admin.Dispose();
            return true;
        });
    }

    /// <summary>Nothing of a group that no reader has joined yet: some brokers do not know it by then.</summary>
    private static List<TopicPartitionOffset> Committed(
        IConsumer<byte[], byte[]> consumer,
        IReadOnlyList<PartitionInfo> partitions,
        TimeSpan timeout)
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

    private static long Start(PartitionInfo partition, IReadOnlyDictionary<int, long>? from) =>
        Math.Max(partition.Begin, from?.GetValueOrDefault(partition.Partition) ?? 0);

    private async IAsyncEnumerable<IReadOnlyList<LogRecord>> FollowAsync(
        Task<IReadOnlyList<PartitionInfo>> described, Func<PartitionInfo, (long From, long Until)> stretch, Func<IReadOnlyList<TopicPartition>>? partitions,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        var stretches = (await described).Select(p => (new TopicPartition(p.Topic, p.Partition), stretch(p).From, stretch(p).Until))
            .ToList();
        using var scan = new KafkaScan(_clients, _ends, partitions);
        scan.Start(stretches);
        while (scan.HasMore)
        {
            var records = await KafkaPolling.OnOwnThreadAsync(() => scan.Read(ChunkRecords, cancellation));
            if (records.Count > 0)
                yield return records;
        }
    }

    /// <summary>Fetches share one consumer: to make one costs connections.</summary>
    private async Task<List<LogRecord>> StretchAsync(PartitionInfo partition, long from, long until, CancellationToken cancellation)
    {
        await _fetching.WaitAsync(cancellation);
        try
        {
            return await KafkaPolling.OnOwnThreadAsync(() =>
            {
                var scan = _fetcher ??= new(_clients, _ends);
                scan.Start([(new(partition.Topic, partition.Partition), from, until)]);
                var records = new List<LogRecord>();
                while (scan.HasMore)
                    records.AddRange(scan.Read(ChunkRecords, cancellation));
                return records;
            });
        }
        catch (LogUnavailableException)
        {
            _fetcher?.Dispose();
            _fetcher = null;
            throw;
        }
        finally
        {
            _fetching.Release();
        }
    }
}

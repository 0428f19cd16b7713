using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamBert.Streaming.Log.Kafka.Administration;
using StreamBert.Streaming.Log.Kafka.Clients;

namespace StreamBert.Streaming.Log.Kafka.Consuming;

/// <summary>Reads given ranges of partitions with a consumer of its own, outside of any group.</summary>
/// <param name="clients">Creates the consumer.</param>
/// <param name="ends">Records the ends of partitions that the scan observes.</param>
/// <param name="listPartitions">
/// Lists the current partitions, for a scan that never ends: partitions that are added later are read from their beginning. Null for a scan
/// of fixed ranges.
/// </param>
internal sealed class KafkaScan(
    KafkaClients clients, ObservedEnds ends, Func<IReadOnlyList<TopicPartition>>? listPartitions = null) : IDisposable
{
    private static readonly TimeSpan PollTimeout = TimeSpan.FromMilliseconds(100);

    private readonly IConsumer<byte[], byte[]> _consumer = clients.CreateReader();
    private readonly Dictionary<TopicPartition, (long Next, long Until)> _open = [];
    private readonly TimeSpan _refreshInterval = clients.Settings.MetadataInterval;
    private long _lastRefresh = clients.Time.GetTimestamp();

    /// <summary>Whether a range is not read to its end.</summary>
    public bool HasMore => _open.Count > 0;

    /// <param name="ranges">The first offset of each range and the offset to stop before; <see cref="long.MaxValue"/> never stops.</param>
    public void Start(IEnumerable<(TopicPartition Partition, long From, long Until)> ranges)
    {
        _open.Clear();
        var wanted = ranges.Where(static r => r.From < r.Until).ToList();
        foreach (var (partition, from, until) in wanted)
            _open[partition] = (from, until);
        _consumer.Assign(wanted.Select(static r => new TopicPartitionOffset(r.Partition, r.From)));
    }

    /// <summary>
    /// Blocks until records arrive or every range is read; returns the available records, up to <paramref name="maxRecords"/>.
    /// </summary>
    public List<LogRecord> Read(int maxRecords, CancellationToken cancellation)
    {
        var records = new List<LogRecord>();
        while (HasMore && records.Count < maxRecords)
        {
            cancellation.ThrowIfCancellationRequested();
            if (listPartitions is not null && clients.Time.GetElapsedTime(_lastRefresh) > _refreshInterval)
                RefreshPartitions(listPartitions);
            var result = BlockingCalls.Poll(_consumer, records.Count == 0 ? PollTimeout : TimeSpan.Zero, clients.Logger, cancellation);
            if (result is null && records.Count > 0)
                break;
            if (result is not null)
                Add(result, records);
        }

        return records;
    }

    public void Dispose()
    {
        _consumer.Close();
        _consumer.Dispose();
    }

    private void RefreshPartitions(Func<IReadOnlyList<TopicPartition>> list)
    {
        _lastRefresh = clients.Time.GetTimestamp();
        try
        {
            var added = list().Where(partition => !_open.ContainsKey(partition)).ToList();
            if (added.Count == 0)
                return;
            _consumer.IncrementalAssign(added.Select(static partition => new TopicPartitionOffset(partition, Offset.Beginning)));
            foreach (var partition in added)
                _open[partition] = (0, long.MaxValue);
        }
        catch (KafkaException e)
        {
            clients.Logger.LogDebug(
                "New partitions could not be listed; retrying in {Interval}: {Reason}", _refreshInterval, e.Error.Reason);
        }
    }

    /// <summary>
    /// Adds a record. A range may end in transaction markers, which are not records: then only the end of the partition completes it. A
    /// record that is delivered twice, because the broker once found the position out of range, is skipped.
    /// </summary>
    private void Add(ConsumeResult<byte[], byte[]> result, List<LogRecord> records)
    {
        if (!_open.TryGetValue(result.TopicPartition, out var range) || result.Offset < range.Next)
            return;
        if (result.IsPartitionEOF)
        {
            ends.Record(result.TopicPartition, range.Next, result.Offset);
        }
        else if (result.Offset < range.Until)
        {
            records.Add(KafkaRecords.ToRecord(result));
            _open[result.TopicPartition] = (result.Offset + 1, range.Until);
        }

        if (result.Offset >= (result.IsPartitionEOF ? range.Until : range.Until - 1))
            _open.Remove(result.TopicPartition);
    }
}

using System.Runtime.CompilerServices;
using Confluent.Kafka;
using StreamBert.Streaming.Log.Kafka.Administration;
using StreamBert.Streaming.Log.Kafka.Clients;

namespace StreamBert.Streaming.Log.Kafka.Consuming;

/// <summary>Reads ranges of partitions outside of consumer groups.</summary>
internal sealed class KafkaRangeReader(KafkaClients clients, ObservedEnds ends) : IDisposable
{
    private const int ChunkRecords = 500;

    private readonly SemaphoreSlim _reading = new(1);

    /// <summary>The scan that single ranges share: creating a consumer costs connections.</summary>
    private KafkaScan? _shared;

    /// <summary>Yields the records of a range of each partition, in non-empty batches.</summary>
    /// <param name="described">The partitions.</param>
    /// <param name="range">
    /// The first offset to read of a partition and the offset to stop before; <see cref="long.MaxValue"/> never stops.
    /// </param>
    /// <param name="listPartitions">Lists the current partitions, to read those that are added later; null for fixed ranges.</param>
    /// <param name="cancellation">Ends the enumeration.</param>
    public async IAsyncEnumerable<IReadOnlyList<LogRecord>> FollowAsync(
        Task<IReadOnlyList<PartitionInfo>> described, Func<PartitionInfo, (long From, long Until)> range,
        Func<IReadOnlyList<TopicPartition>>? listPartitions, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var ranges = (await described).Select(p => (new TopicPartition(p.Topic, p.Partition), range(p).From, range(p).Until)).ToList();
        using var scan = new KafkaScan(clients, ends, listPartitions);
        scan.Start(ranges);
        while (scan.HasMore)
        {
            var records = await BlockingCalls.RunAsync(() => scan.Read(ChunkRecords, cancellation));
            if (records.Count > 0)
                yield return records;
        }
    }

    /// <summary>Reads one range of a partition.</summary>
    public async Task<List<LogRecord>> ReadRangeAsync(PartitionInfo partition, long from, long until, CancellationToken cancellation)
    {
        await _reading.WaitAsync(cancellation);
        try
        {
            return await BlockingCalls.RunAsync(() => ReadRange(new(partition.Topic, partition.Partition), from, until, cancellation));
        }
        catch (LogUnavailableException)
        {
            Dispose();
            throw;
        }
        finally
        {
            _reading.Release();
        }
    }

    public void Dispose()
    {
        _shared?.Dispose();
        _shared = null;
    }

    private List<LogRecord> ReadRange(TopicPartition partition, long from, long until, CancellationToken cancellation)
    {
        var scan = _shared ??= new(clients, ends);
        scan.Start([(partition, from, until)]);
        var records = new List<LogRecord>();
        while (scan.HasMore)
            records.AddRange(scan.Read(ChunkRecords, cancellation));
        return records;
    }
}

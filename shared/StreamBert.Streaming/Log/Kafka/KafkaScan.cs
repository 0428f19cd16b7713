using System.Diagnostics;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace StreamBert.Streaming.Log.Kafka;

/// <summary>Reads given stretches of partitions with a consumer of its own, outside any group.</summary>
/// <param name="ends">Is told where partitions were found to end.</param>
/// <param name="partitions">Asks for all there are now, for a scan that never ends: those added since are read from their beginning. Null:
/// it keeps to its stretches.</param>
internal sealed class KafkaScan(KafkaClients clients, KnownEnds ends, Func<IReadOnlyList<TopicPartition>>? partitions = null) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly IConsumer<byte[], byte[]> _consumer = clients.Reader();
    private readonly Dictionary<TopicPartition, (long Next, long Until)> _open = [];
    private readonly TimeSpan _lookAbout = clients.Settings.MetadataInterval;
    private long _looked = Stopwatch.GetTimestamp();

    /// <summary>Whether a stretch is not read to its end.</summary>
    public bool HasMore => _open.Count > 0;

    /// <param name="stretches">First offset and the offset before which to stop; <see cref="long.MaxValue"/> never stops.</param>
    public void Start(IEnumerable<(TopicPartition Partition, long From, long Until)> stretches)
    {
        _open.Clear();
        var wanted = stretches.Where(static s => s.From < s.Until).ToList();
        foreach (var (partition, from, until) in wanted)
            _open[partition] = (from, until);
        _consumer.Assign(wanted.Select(static s => new TopicPartitionOffset(s.Partition, s.From)));
    }

    /// <summary>Blocks until records are there or every stretch is read; returns those that are there, at most so many.</summary>
    public List<LogRecord> Read(int maxRecords, CancellationToken cancellation)
    {
        var records = new List<LogRecord>();
        while (HasMore && records.Count < maxRecords)
        {
            cancellation.ThrowIfCancellationRequested();
            if (partitions is not null && Stopwatch.GetElapsedTime(_looked) > _lookAbout)
                LookAbout(partitions);
            var result = KafkaPolling.Consume(_consumer, records.Count == 0 ? Pause : TimeSpan.Zero, clients.Logger, cancellation);
            if (result is null && records.Count > 0)
                break;
            if (result is not null)
                Take(result, records);
        }
        return records;
    }

    public void Dispose()
    {
        _consumer.Close();
        _consumer.Dispose();
    }

    private void LookAbout(Func<IReadOnlyList<TopicPartition>> partitions)
    {
        _looked = Stopwatch.GetTimestamp();
        try
        {
            var added = partitions().Where(partition => !_open.ContainsKey(partition)).ToList();
            if (added.Count == 0)
                return;
            _consumer.IncrementalAssign(added.Select(static partition => new TopicPartitionOffset(partition, Offset.Beginning)));
            foreach (var partition in added)
                _open[partition] = (0, long.MaxValue);
        }
        catch (KafkaException e)
        {
            clients.Logger.LogDebug("Whether there are new partitions is not known yet: {Reason}", e.Error.Reason);
        }
    }

    /// <summary>
    /// A stretch may end in marks of transactions, which are not records: then only the end of the partition tells. What comes a second
    /// time, because the broker once found the position out of range, is left out.
    /// </summary>
    private void Take(ConsumeResult<byte[], byte[]> result, List<LogRecord> records)
    {
        if (!_open.TryGetValue(result.TopicPartition, out var stretch) || result.Offset < stretch.Next)
            return;
        var until = stretch.Until;
        if (result.IsPartitionEOF)
            ends.Learn(result.TopicPartition, stretch.Next, result.Offset);
        if (!result.IsPartitionEOF && result.Offset < until)
        {
            records.Add(KafkaRecords.ToRecord(result));
            _open[result.TopicPartition] = (result.Offset + 1, until);
        }
        if (result.Offset >= (result.IsPartitionEOF ? until : until - 1))
            _open.Remove(result.TopicPartition);
    }
}

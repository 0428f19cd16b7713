using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace StreamBert.Streaming.Log.Kafka;

/// <summary>Reads given stretches of partitions with a consumer of its own, outside any group.</summary>
/// <param name="ends">Is told where partitions were found to end.</param>
internal sealed class KafkaScan(KafkaClients clients, KnownEnds ends) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly IConsumer<byte[], byte[]> _consumer = clients.Reader();
    private readonly Dictionary<TopicPartition, (long Next, long Until)> _open = [];

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

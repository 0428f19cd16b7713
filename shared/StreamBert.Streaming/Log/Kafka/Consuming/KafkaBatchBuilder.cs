using Confluent.Kafka;
using StreamBert.Streaming.Log.Kafka.Clients;

namespace StreamBert.Streaming.Log.Kafka.Consuming;

/// <summary>Collects the records of one read, and the offset after them in each partition.</summary>
internal sealed class KafkaBatchBuilder(int generation)
{
    public int Generation => generation;
    public List<LogRecord> Records { get; } = [];
    public long Bytes { get; private set; }
    public Dictionary<TopicPartition, Offset> NextOffsets { get; } = [];

    public void Add(ConsumeResult<byte[], byte[]> result)
    {
        Records.Add(KafkaRecords.ToRecord(result));
        Bytes += Records[^1].Bytes;
        NextOffsets[result.TopicPartition] = result.Offset + 1;
    }

    public void Remove(IReadOnlyCollection<TopicPartition> partitions)
    {
        Records.RemoveAll(record => partitions.Contains(new(record.Position.Topic, record.Position.Partition)));
        foreach (var partition in partitions)
            NextOffsets.Remove(partition);
    }
}

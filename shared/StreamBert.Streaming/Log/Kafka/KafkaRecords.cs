using Confluent.Kafka;

namespace StreamBert.Streaming.Log.Kafka;

/// <summary>Between the log's records and Kafka's messages.</summary>
internal static class KafkaRecords
{
    private static readonly Dictionary<string, byte[]> NoHeaders = [];

    public static TopicPartition Target(NewRecord record)
        => new(record.Topic, record.Partition is { } partition ? new(partition) : Partition.Any);

    public static Message<byte[], byte[]> ToMessage(NewRecord record)
    {
        var headers = new Headers();
        foreach (var (name, value) in record.Headers)
            headers.Add(name, value);
        return new() { Key = record.Key!, Value = record.Value!, Timestamp = new(AtLeast1970(record.Timestamp)), Headers = headers };
    }

    /// <summary>
    /// Brokers refuse records from before 1970, and librdkafka takes its first millisecond for "now"; the event itself keeps its time.
    /// </summary>
    private static DateTimeOffset AtLeast1970(DateTimeOffset time)
        => time <= DateTimeOffset.UnixEpoch ? DateTimeOffset.UnixEpoch.AddMilliseconds(1) : time;

    public static LogRecord ToRecord(ConsumeResult<byte[], byte[]> result)
    {
        var (time, damage) = RecordTime.Of(result.Message.Timestamp.UnixTimestampMs);
        return new(
            new(result.Topic, result.Partition, result.Offset), result.Message.Key, result.Message
                .Value, ToHeaders(result.Message.Headers), time)
        {
            ReceivedAt = result.Message.Timestamp.Type == TimestampType.LogAppendTime && damage is null ? time : null,
            Damage = damage,
        };
    }

    /// <summary>Of several headers of one name the last counts.</summary>
    private static Dictionary<string, byte[]> ToHeaders(Headers? headers)
    {
        if (headers is null || headers.Count == 0)
            return NoHeaders;
        var result = new Dictionary<string, byte[]>(headers.Count);
        foreach (var header in headers)
            result[header.Key] = header.GetValueBytes() ?? [];
        return result;
    }
}

using Confluent.Kafka;

namespace StreamBert.Streaming.Log.Kafka.Clients;

/// <summary>Converts between records of the log and Kafka's messages.</summary>
internal static class KafkaRecords
{
    private static readonly Dictionary<string, byte[]> NoHeaders = [];

    public static TopicPartition TargetOf(NewRecord record) =>
        new(record.Topic, record.Partition is { } partition ? new(partition) : Partition.Any);

    public static Message<byte[], byte[]> ToMessage(NewRecord record)
    {
        var headers = new Headers();
        foreach (var (name, value) in record.Headers)
            headers.Add(name, value);
        return new() { Key = record.Key!, Value = record.Value!, Timestamp = new(ClampToEpoch(record.Timestamp)), Headers = headers };
    }

    public static LogRecord ToRecord(ConsumeResult<byte[], byte[]> result)
    {
        var message = result.Message;
        var (time, damage) = RecordTimestamp.FromUnixMilliseconds(message.Timestamp.UnixTimestampMs);
        return new(new(result.Topic, result.Partition, result.Offset), message.Key, message.Value, ToHeaders(message.Headers), time)
        {
            ReceivedAt = message.Timestamp.Type == TimestampType.LogAppendTime && damage is null ? time : null,
            Damage = damage,
        };
    }

    /// <summary>
    /// Brokers refuse timestamps before 1970, and librdkafka replaces its first millisecond with the current time; the event keeps its own
    /// time.
    /// </summary>
    private static DateTimeOffset ClampToEpoch(DateTimeOffset time) =>
        time <= DateTimeOffset.UnixEpoch ? DateTimeOffset.UnixEpoch.AddMilliseconds(1) : time;

    /// <summary>Of several headers with one name, the last is kept.</summary>
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

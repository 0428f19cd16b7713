using Confluent.Kafka;
using StreamBert.Contracts;
using StreamBert.Streaming.Log.Kafka.Clients;

namespace StreamBert.Streaming.Log.Kafka.Producing;

/// <summary>Hands records to a producer and waits until the brokers have acknowledged all of them.</summary>
internal static class KafkaWriter
{
    /// <summary>How long a full send queue may drain before the next attempt.</summary>
    private static readonly TimeSpan FlushTimeout = TimeSpan.FromMilliseconds(50);

    /// <summary>Returns the position of each record, in order.</summary>
    /// <exception cref="KafkaException">A record was refused.</exception>
    public static Task<RecordPosition[]> WriteAsync(
        IProducer<byte[], byte[]> producer, IReadOnlyList<NewRecord> records, CancellationToken cancellation)
    {
        var deliveries = new Deliveries(records.Count);
        for (var i = 0; i < records.Count; i++)
            Produce(producer, records[i], deliveries.Handler(i), cancellation);
        return deliveries.Completed.WaitAsync(cancellation);
    }

    private static void Produce(
        IProducer<byte[], byte[]> producer, NewRecord record, Action<DeliveryReport<byte[], byte[]>> delivered,
        CancellationToken cancellation)
    {
        var message = KafkaRecords.ToMessage(record);
        while (true)
        {
            try
            {
                producer.Produce(KafkaRecords.TargetOf(record), message, delivered);
                return;
            }
            catch (ProduceException<byte[], byte[]> e) when (e.Error.Code == ErrorCode.Local_QueueFull)
            {
                cancellation.ThrowIfCancellationRequested();
                producer.Flush(FlushTimeout);
            }
        }
    }

    private sealed class Deliveries
    {
        private readonly TaskCompletionSource<RecordPosition[]> _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly RecordPosition[] _positions;
        private int _pending;

        public Deliveries(int count)
        {
            (_positions, _pending) = (new RecordPosition[count], count);
            if (count == 0)
                _completed.SetResult(_positions);
        }

        public Task<RecordPosition[]> Completed => _completed.Task;

        public Action<DeliveryReport<byte[], byte[]>> Handler(int index) => report =>
        {
            if (report.Error.IsError)
                _completed.TrySetException(new KafkaException(report.Error));
            _positions[index] = new(report.Topic, report.Partition, report.Offset);
            if (Interlocked.Decrement(ref _pending) == 0)
                _completed.TrySetResult(_positions);
        };
    }
}

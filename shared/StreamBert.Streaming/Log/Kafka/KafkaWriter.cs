using Confluent.Kafka;
using StreamBert.Contracts;

namespace StreamBert.Streaming.Log.Kafka;

/// <summary>Hands records to a producer and waits until the brokers have taken all of them.</summary>
internal static class KafkaWriter
{
    /// <summary>How long to let a full send queue drain before trying again.</summary>
    private static readonly TimeSpan Drain = TimeSpan.FromMilliseconds(50);

    /// <returns>The position of each record, in order.</returns>
    /// <exception cref="KafkaException">A record was refused.</exception>
    public static Task<RecordPosition[]> WriteAsync(
        IProducer<byte[], byte[]> producer,
        IReadOnlyList<NewRecord> records,
        CancellationToken cancellation)
    {
        var pending = new Pending(records.Count);
        for (var i = 0; i < records.Count; i++)
            Produce(producer, records[i], pending.Handler(i), cancellation);
        return pending.Done.WaitAsync(cancellation);
    }

    private static void Produce(
        IProducer<byte[], byte[]> producer, NewRecord record, Action<DeliveryReport<byte[], byte[]>> delivered, CancellationToken cancellation)
    {
        var message = KafkaRecords.ToMessage(record);
        while (true)
        {
            try
            {
                producer.Produce(KafkaRecords.Target(record), message, delivered);
                return;
            }
            catch (ProduceException<byte[], byte[]> e) when (e.Error.Code == ErrorCode.Local_QueueFull)
            {
                cancellation.ThrowIfCancellationRequested();
                producer.Flush(Drain);
            }
        }
    }

    private sealed class Pending
    {
        private readonly TaskCompletionSource<RecordPosition[]> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly RecordPosition[] _positions;
        private int _open;

        public Pending(int count)
        {
            (_positions, _open) = (new RecordPosition[count], count);
            if (count == 0)
                _done.SetResult(_positions);
        }

        public Task<RecordPosition[]> Done => _done.Task;

        public Action<DeliveryReport<byte[], byte[]>> Handler(int index) => report =>
        {
            if (report.Error.IsError)
                _done.TrySetException(new KafkaException(report.Error));
            _positions[index] = new(report.Topic, report.Partition, report.Offset);
            if (Interlocked.Decrement(ref _open) == 0)
                _done.TrySetResult(_positions);
        };
    }
}

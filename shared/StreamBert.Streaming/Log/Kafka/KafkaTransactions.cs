using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace StreamBert.Streaming.Log.Kafka;

/// <summary>
/// Outputs and offsets in one Kafka transaction. It keeps one producer as long as that works; one that was fenced or whose
/// transaction hangs is thrown away and a new one takes its place.
/// </summary>
internal sealed class KafkaTransactions(KafkaClients clients, string group) : IDisposable
{
    private IProducer<byte[], byte[]>? _producer;

    /// <summary>Blocks until the transaction is committed; afterwards, or after an exception, none is open.</summary>
    public void Commit(IReadOnlyList<NewRecord> outputs, IEnumerable<TopicPartitionOffset> offsets, IConsumerGroupMetadata reader, CancellationToken cancellation)
    {
        try
        {
            var producer = _producer ??= Start(cancellation);
            producer.BeginTransaction();
            _ = KafkaWriter.WriteAsync(producer, outputs, CancellationToken.None); // one that fails makes the transaction fail
            Retry(() => producer.SendOffsetsToTransaction(offsets, reader, KafkaClients.Patience), cancellation);
            Retry(() => producer.CommitTransaction(KafkaClients.Patience), cancellation);
        }
        catch (Exception e)
        {
            Abort(e);
            throw;
        }
    }

    public void Dispose() => _producer?.Dispose();

    private IProducer<byte[], byte[]> Start(CancellationToken cancellation)
    {
        var producer = clients.Producer(clients.Settings.Transactions(group));
        try
        {
            Retry(() => producer.InitTransactions(KafkaClients.Patience), cancellation);
            return producer;
        }
        catch
        {
            producer.Dispose();
            throw;
        }
    }

    private void Abort(Exception reason)
    {
        if (_producer is not { } producer)
            return;
        try
        {
            if (reason is not KafkaException { Error.IsFatal: true })
            {
                producer.AbortTransaction(KafkaClients.Patience);
                return;
            }
        }
        catch (KafkaException e)
        {
            clients.Logger.LogWarning("A transaction of '{Group}' could not be aborted ({Reason}); the broker ends it by its timeout", group, e.Error.Reason);
        }
        producer.Dispose();
        _producer = null;
    }

    private void Retry(Action step, CancellationToken cancellation)
    {
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                step();
                return;
            }
            catch (KafkaRetriableException e)
            {
                clients.Logger.LogWarning("A transaction of '{Group}' waits for Kafka: {Reason}", group, e.Error.Reason);
            }
        }
    }
}

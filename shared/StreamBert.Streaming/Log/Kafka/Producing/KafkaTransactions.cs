using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamBert.Contracts;
using StreamBert.Streaming.Log.Kafka.Clients;

namespace StreamBert.Streaming.Log.Kafka.Producing;

/// <summary>
/// Writes outputs and offsets, or records without offsets, in one Kafka transaction. It keeps one producer as long as that works, and
/// replaces one that was fenced or whose transaction hangs.
/// </summary>
/// <remarks>
/// A commit that timed out continues in the background: it may be requested again, but not aborted. When its producer is dropped, it ends
/// either way, at the latest by its timeout at the broker; until then the group's committed offsets are not returned (<c>read_committed</c>
/// waits for stable offsets), so rewinding to them is correct in either case.
/// </remarks>
/// <param name="clients">Creates the producer.</param>
/// <param name="group">The group whose offsets are committed, or another name that distinguishes its transactions.</param>
internal sealed class KafkaTransactions(KafkaClients clients, string group) : IDisposable
{
    private IProducer<byte[], byte[]>? _producer;

    /// <summary>Blocks until the transaction is committed; after an exception it is aborted, or ends without this producer.</summary>
    /// <exception cref="KafkaException">It was not committed, or only the group's committed offsets tell whether it was.</exception>
    public void Commit(
        IReadOnlyList<NewRecord> outputs, IEnumerable<TopicPartitionOffset> offsets, IConsumerGroupMetadata reader,
        CancellationToken cancellation) =>
        Run(
            outputs,
            producer => Retry(() => producer.SendOffsetsToTransaction(offsets, reader, KafkaClients.RequestTimeout), cancellation),
            cancellation);

    /// <summary>Blocks until a transaction without offsets is committed, and returns the position of each record.</summary>
    /// <exception cref="KafkaException">It was not committed, or it is not known whether it was.</exception>
    public Task<RecordPosition[]> Append(IReadOnlyList<NewRecord> records, CancellationToken cancellation) =>
        Run(records, static _ => { }, cancellation);

    public void Dispose() => _producer?.Dispose();

    private Task<RecordPosition[]> Run(
        IReadOnlyList<NewRecord> outputs, Action<IProducer<byte[], byte[]>> sendOffsets, CancellationToken cancellation)
    {
        var isCommitting = false;
        try
        {
            var producer = _producer ??= CreateProducer(cancellation);
            producer.BeginTransaction();
            var written = KafkaWriter.WriteAsync(producer, outputs, CancellationToken.None); // a refused record fails the transaction
            sendOffsets(producer);
            Retry(
                () =>
                {
                    isCommitting = true; // from here on it must not be aborted
                    producer.CommitTransaction(KafkaClients.RequestTimeout);
                },
                cancellation);
            return written;
        }
        catch (Exception e)
        {
            if (!IsAbortable(e, isCommitting) || !TryAbort())
                DropProducer();
            throw;
        }
    }

    private static bool IsAbortable(Exception e, bool isCommitting) => e is KafkaTxnRequiresAbortException
        || (!isCommitting && e is not KafkaException { Error.IsFatal: true } and not KafkaException { InnerException: TimeoutException });

    private IProducer<byte[], byte[]> CreateProducer(CancellationToken cancellation)
    {
        var producer = clients.CreateProducer(clients.Settings.Transactions(group));
        try
        {
            Retry(() => producer.InitTransactions(KafkaClients.RequestTimeout), cancellation);
            return producer;
        }
        catch
        {
            BlockingCalls.DisposeInBackground(producer, clients.Logger);
            throw;
        }
    }

    private bool TryAbort()
    {
        if (_producer is not { } producer)
            return true;
        try
        {
            BlockingCalls.RunWithTimeout(() => producer.AbortTransaction(KafkaClients.RequestTimeout));
            return true;
        }
        catch (KafkaException e)
        {
            clients.Logger.LogWarning(
                "A transaction of '{Group}' could not be aborted; the broker aborts it after its timeout: {Reason}", group, e.Error.Reason);
            return false;
        }
    }

    private void DropProducer()
    {
        if (_producer is { } producer)
            BlockingCalls.DisposeInBackground(producer, clients.Logger);
        _producer = null;
    }

    private void Retry(Action step, CancellationToken cancellation)
    {
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                BlockingCalls.RunWithTimeout(step);
                return;
            }
            catch (KafkaRetriableException e)
            {
                clients.Logger.LogWarning("A step of a transaction of '{Group}' is retried: {Reason}", group, e.Error.Reason);
            }
        }
    }
}

using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamBert.Contracts;

namespace StreamBert.Streaming.Log.Kafka;

/// <summary>
/// Outputs and offsets, or records alone, in one Kafka transaction. It keeps one producer as long as that works; one that was fenced or
/// whose
/// transaction hangs is thrown away and a new one takes its place.
/// </summary>
/// <remarks>
/// A commit that ran out of time goes on in the background: it may be asked for again, but not be aborted any more. Given up, it ends
/// one way or the other, at the latest by its timeout at the broker; until then the group's committed offsets are not told
/// (<c>read_committed</c> waits for stable ones), so going back to them is right in either case.
/// </remarks>
/// <param name="group">The group whose offsets it moves, or what else tells its transactions from those of others.</param>
internal sealed class KafkaTransactions(KafkaClients clients, string group) : IDisposable
{
    private IProducer<byte[], byte[]>? _producer;

    /// <summary>Blocks until the transaction is committed; after an exception it is aborted, or will end without this producer.</summary>
    /// <exception cref="KafkaException">It was not committed, or only the group's committed offsets tell whether it was.</exception>
    public void Commit(
        IReadOnlyList<NewRecord> outputs,
        IEnumerable<TopicPartitionOffset> offsets,
        IConsumerGroupMetadata reader,
        CancellationToken cancellation) =>
        Commit(
            outputs,
            producer => Retry(() => producer.SendOffsetsToTransaction(offsets, reader, KafkaClients.Patience), cancellation),
            cancellation);

    /// <summary>
    /// As <see cref="Commit(IReadOnlyList{NewRecord}, IEnumerable{TopicPartitionOffset}, IConsumerGroupMetadata, CancellationToken)"/>,
    /// without offsets.
    /// </summary>
    /// <returns>The position of each record.</returns>
    public Task<RecordPosition[]> Append(IReadOnlyList<NewRecord> records, CancellationToken cancellation)
        => Commit(records, static _ => { }, cancellation);

    private Task<RecordPosition[]> Commit(
        IReadOnlyList<NewRecord> outputs,
        Action<IProducer<byte[], byte[]>> moveOn,
        CancellationToken cancellation)
    {
        var ending = false;
        try
        {
            var producer = _producer ??= Start(cancellation);
            producer.BeginTransaction();
            var written = KafkaWriter.WriteAsync(producer, outputs, CancellationToken.None); // one that fails makes the transaction fail
            moveOn(producer);
            Retry(
                () =>
                {
                    ending = true; // from here on it may not be aborted any more
                    producer.CommitTransaction(KafkaClients.Patience);
                },
                cancellation);
            return written;
        }
        catch (Exception e)
        {
            var abortable = e is KafkaTxnRequiresAbortException
                || (!ending && e is not KafkaException { Error.IsFatal: true } and not KafkaException { InnerException: TimeoutException });
            if (!abortable || !TryAbort())
                Drop();
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
            NativeCall.LetGo(producer, clients.Logger);
            throw;
        }
    }

    private bool TryAbort()
    {
        if (_producer is not { } producer)
            return true;
        try
        {
            NativeCall.Bounded(() => producer.AbortTransaction(KafkaClients.Patience));
            return true;
        }
        catch (KafkaException e)
        {
            clients.Logger.LogWarning(
                "A transaction of '{Group}' could not be aborted ({Reason}); the broker ends it by its timeout",
                group,
                e.Error.Reason);
            return false;
        }
    }

    private void Drop()
    {
        if (_producer is { } producer)
            NativeCall.LetGo(producer, clients.Logger);
        _producer = null;
    }

    private void Retry(Action step, CancellationToken cancellation)
    {
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                NativeCall.Bounded(step);
                return;
            }
            catch (KafkaRetriableException e)
            {
                clients.Logger.LogWarning("A transaction of '{Group}' waits for Kafka: {Reason}", group, e.Error.Reason);
            }
        }
    }
}

using Confluent.Kafka;
using StreamBert.Contracts;
using StreamBert.Streaming.Log.Kafka.Clients;

namespace StreamBert.Streaming.Log.Kafka.Producing;

/// <summary>
/// Appends records outside of consumer groups. An idempotent producer that cannot tell whether a record is stored refuses all further
/// records; the appender then replaces it, and the caller decides whether to append again.
/// </summary>
internal sealed class KafkaAppender : IDisposable
{
    private static readonly TimeSpan TransactionTimeout = KafkaClients.RequestTimeout * 3;

    private readonly KafkaClients _clients;
    private readonly Lock _gate = new();
    private readonly KafkaTransactions _transactions;
    private readonly SemaphoreSlim _committing = new(1);
    private volatile ProducerSlot _current;

    public KafkaAppender(KafkaClients clients) => (_clients, _current, _transactions) = (clients, new(clients), new(clients, "append"));

    /// <summary>Appends records and returns the position of each, in order.</summary>
    /// <exception cref="LogUnavailableException">
    /// The brokers do not accept the records at the moment; some of them may be stored.
    /// </exception>
    /// <exception cref="KafkaException">A record was refused.</exception>
    public async Task<RecordPosition[]> AppendAsync(IReadOnlyList<NewRecord> records, CancellationToken cancellation)
    {
        var slot = _current;
        try
        {
            return await KafkaClients.RequestAsync(() => KafkaWriter.WriteAsync(slot.Producer, records, cancellation));
        }
        catch (KafkaException e) when (slot.HasFailed) // not the record's fault, and librdkafka does not mark this error as fatal
        {
            Replace(slot);
            throw new LogUnavailableException($"Kafka does not answer: {e.Error.Reason}", e);
        }
        catch (LogUnavailableException e) when (slot.HasFailed
            || (e.InnerException is KafkaException { Error: var error } && KafkaErrors.InvalidatesProducer(error)))
        {
            Replace(slot);
            throw;
        }
    }

    /// <summary>Appends all records or none, in a transaction, and returns the position of each, in order.</summary>
    /// <exception cref="LogUnavailableException">The brokers do not accept the records at the moment.</exception>
    /// <exception cref="KafkaException">A record was refused.</exception>
    public async Task<RecordPosition[]> AppendAtomicallyAsync(IReadOnlyList<NewRecord> records, CancellationToken cancellation)
    {
        await _committing.WaitAsync(cancellation);
        using var timeout = new CancellationTokenSource(TransactionTimeout, _clients.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timeout.Token);
        try
        {
            return await KafkaClients.RequestAsync(
                () => Task.Run(() => _transactions.Append(records, either.Token), CancellationToken.None));
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new LogUnavailableException(
                $"Kafka does not answer: a transaction took longer than {TransactionTimeout.TotalSeconds} s.", e);
        }
        catch (KafkaTxnRequiresAbortException e)
        {
            throw new LogUnavailableException($"Kafka aborted a transaction: {e.Error.Reason}", e);
        }
        finally
        {
            _committing.Release();
        }
    }

    public void Dispose()
    {
        _current.Producer.Dispose();
        _transactions.Dispose();
    }

    private void Replace(ProducerSlot failed)
    {
        lock (_gate)
        {
            if (_current != failed)
                return;
            _current = new(_clients);
        }

        _ = Task.Run(() =>
        {
            failed.Producer.Flush(KafkaClients.RequestTimeout); // completes the appends that wait for it
            failed.Producer.Dispose();
        });
    }

    private sealed class ProducerSlot
    {
        private volatile bool _hasFailed;

        public ProducerSlot(KafkaClients clients) =>
            Producer = clients.CreateProducer(clients.Settings.Producer(), () => _hasFailed = true);

        public IProducer<byte[], byte[]> Producer { get; }
        public bool HasFailed => _hasFailed;
    }
}

using Confluent.Kafka;
using StreamBert.Contracts;

namespace StreamBert.Streaming.Log.Kafka;

/// <summary>
/// Appends outside of groups. An idempotent producer that can no longer tell whether a record stands in the log refuses all further
/// ones; another takes its place then, and whoever appended decides whether to append again.
/// </summary>
internal sealed class KafkaAppender : IDisposable
{
    private static readonly TimeSpan LongestWhole = KafkaClients.Patience * 3;

    private readonly KafkaClients _clients;
    private readonly Lock _gate = new();
    private readonly KafkaTransactions _transactions;
    private readonly SemaphoreSlim _committing = new(1);
    private volatile Sender _sender;

    public KafkaAppender(KafkaClients clients) => (_clients, _sender, _transactions) = (clients, new(clients), new(clients, "append"));

    /// <returns>The position of each record, in order.</returns>
    /// <exception cref="LogUnavailableException">The brokers do not take the records at the moment; some of them may stand.</exception>
    /// <exception cref="KafkaException">A record was refused.</exception>
    public async Task<RecordPosition[]> AppendAsync(IReadOnlyList<NewRecord> records, CancellationToken cancellation)
    {
        var sender = _sender;
        try
        {
            return await KafkaClients.AskAsync(() => KafkaWriter.WriteAsync(sender.Producer, records, cancellation));
        }
        catch (KafkaException e) when (sender.HasEnded) // refused for a reason that is not the record's, and that librdkafka gives without saying that it is fatal
        {
            Replace(sender);
            throw new LogUnavailableException($"Kafka does not answer: {e.Error.Reason}", e);
        }
        catch (LogUnavailableException e) when (sender.HasEnded
            || (e.InnerException is KafkaException { Error: var error } && KafkaClients.EndsProducer(error)))
        {
            Replace(sender);
            throw;
        }
    }

    /// <summary>All or none, in a transaction.</summary>
    /// <returns>The position of each record, in order.</returns>
    /// <exception cref="LogUnavailableException">The brokers do not take the records at the moment.</exception>
    /// <exception cref="KafkaException">A record was refused.</exception>
    public async Task<RecordPosition[]> AppendWholeAsync(IReadOnlyList<NewRecord> records, CancellationToken cancellation)
    {
        await _committing.WaitAsync(cancellation);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(LongestWhole);
        try
        {
            return await KafkaClients.AskAsync(() => Task.Run(() => _transactions.Append(records, patience.Token), CancellationToken.None));
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new LogUnavailableException($"Kafka does not answer: a transaction took longer than {LongestWhole.TotalSeconds} s.", e);
        }
        catch (KafkaTxnRequiresAbortException e)
        {
            throw new LogUnavailableException($"Kafka does not take a transaction: {e.Error.Reason}", e);
        }
        finally
        {
            _committing.Release();
        }
    }

    public void Dispose()
    {
        _sender.Producer.Dispose();
        _transactions.Dispose();
    }

    private void Replace(Sender broken)
    {
        lock (_gate)
        {
            if (_sender != broken)
                return;
            _sender = new(_clients);
        }
        _ = Task.Run(() =>
        {
            broken.Producer.Flush(KafkaClients.Patience); // the others who wait for it are told
            broken.Producer.Dispose();
        });
    }

    private sealed class Sender
    {
        private volatile bool _ended;

        public Sender(KafkaClients clients) => Producer = clients.Producer(clients.Settings.Producer(), () => _ended = true);

        public IProducer<byte[], byte[]> Producer { get; }
        public bool HasEnded => _ended;
    }
}

using Confluent.Kafka;

namespace StreamBert.Streaming.Log.Kafka;

/// <summary>
/// Appends outside transactions. An idempotent producer that can no longer tell whether a record stands in the log refuses all further
/// ones; another takes its place then, and whoever appended decides whether to append again.
/// </summary>
internal sealed class KafkaAppender : IDisposable
{
    private readonly KafkaClients _clients;
    private readonly Lock _gate = new();
    private IProducer<byte[], byte[]> _producer;

    public KafkaAppender(KafkaClients clients) => (_clients, _producer) = (clients, New(clients));

    /// <returns>The position of each record, in order.</returns>
    /// <exception cref="LogUnavailableException">The brokers do not take the records at the moment; some of them may stand.</exception>
    /// <exception cref="KafkaException">A record was refused.</exception>
    public async Task<LogPosition[]> AppendAsync(IReadOnlyList<NewRecord> records, CancellationToken cancellation)
    {
        var producer = _producer;
        try
        {
            return await KafkaClients.AskAsync(() => KafkaWriter.WriteAsync(producer, records, cancellation));
        }
        catch (LogUnavailableException e) when (e.InnerException is KafkaException { Error: var error } && KafkaClients.EndsProducer(error))
        {
            Replace(producer);
            throw;
        }
    }

    public void Dispose() => _producer.Dispose();

    private void Replace(IProducer<byte[], byte[]> broken)
    {
        lock (_gate)
        {
            if (_producer != broken)
                return;
            _producer = New(_clients);
        }
        _ = Task.Run(() =>
        {
            broken.Flush(KafkaClients.Patience); // the others who wait for it are told
            broken.Dispose();
        });
    }

    private static IProducer<byte[], byte[]> New(KafkaClients clients) => clients.Producer(clients.Settings.Producer());
}

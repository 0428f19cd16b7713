using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace StreamBert.Streaming.Log.Kafka;

/// <summary>One member of a Kafka consumer group; its commits are transactions, or with at-least-once a flush and then the offsets.</summary>
internal sealed class KafkaGroupReader : IGroupReader
{
    /// <summary>How long a poll waits before it looks whether it should stop or go back.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly KafkaClients _clients;
    private readonly IProducer<byte[], byte[]> _producer;
    private readonly KafkaTransactions? _transactions;
    private readonly IConsumer<byte[], byte[]> _consumer;
    private readonly InFlightBatches _inFlight;
    private readonly string _group;
    private readonly CancellationTokenSource _leaving = new();
    private readonly SemaphoreSlim _reading = new(1);

    /// <summary>Held while a batch is committed: partitions are given up only before or after.</summary>
    private readonly SemaphoreSlim _committing = new(1);

    public KafkaGroupReader(KafkaClients clients, IProducer<byte[], byte[]> producer, string group, IReadOnlyCollection<string> topics)
    {
        (_clients, _producer, _group, _inFlight) = (clients, producer, group, new(group));
        _transactions = clients.Settings.Transactional ? new(clients, group) : null;
        _consumer = clients.Consumer(group)
            .SetPartitionsAssignedHandler((_, partitions) => Reassigned(partitions, []))
            .SetPartitionsRevokedHandler((_, partitions) => Reassigned([], partitions.Select(static p => p.TopicPartition)))
            .Build();
        _consumer.Subscribe(topics);
    }

    public event Action<AssignmentChange>? AssignmentChanged;

    public async Task<ReadBatch> ReadAsync(int maxRecords, CancellationToken cancellation, int maxBytes = LogRecord.MaxReadBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxRecords);
        ObjectDisposedException.ThrowIf(_leaving.IsCancellationRequested, this);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _leaving.Token);
        await _reading.WaitAsync(either.Token);
        try
        {
            return await KafkaPolling.OnOwnThreadAsync(() => Poll(maxRecords, maxBytes, either.Token));
        }
        catch (OperationCanceledException) when (_leaving.IsCancellationRequested)
        {
            throw new ObjectDisposedException(nameof(KafkaGroupReader));
        }
        finally
        {
            _reading.Release();
        }
    }

    public async Task CommitAsync(ReadBatch batch, IReadOnlyList<NewRecord> outputs, CancellationToken cancellation)
    {
        await _committing.WaitAsync(cancellation);
        try
        {
            var offsets = _inFlight.Offsets(batch);
            await CommitAsync(outputs, [.. offsets.Select(static o => new TopicPartitionOffset(o.Key, o.Value))], cancellation);
            foreach (var end in _inFlight.Committed(batch, offsets))
                Settle(end);
        }
        finally
        {
            _committing.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_leaving.IsCancellationRequested)
            return;
        await _leaving.CancelAsync();
        await _reading.WaitAsync();
        await KafkaPolling.OnOwnThreadAsync(Leave);
        _transactions?.Dispose();
    }

    private async Task CommitAsync(IReadOnlyList<NewRecord> outputs, IReadOnlyList<TopicPartitionOffset> offsets, CancellationToken cancellation)
    {
        try
        {
            if (_transactions is { } transactions)
            {
                await Task.Run(() => transactions.Commit(outputs, offsets, _consumer.ConsumerGroupMetadata, cancellation), cancellation);
                return;
            }
            await KafkaWriter.WriteAsync(_producer, outputs, cancellation);
            await Task.Run(() => _consumer.Commit(offsets), cancellation);
        }
        catch (KafkaException e)
        {
            _inFlight.Failed();
            throw new BatchRevokedException($"The batch of '{_group}' could not be committed and will be delivered again: {e.Error.Reason}", e);
        }
        catch (OperationCanceledException)
        {
            _inFlight.Failed(); // how it ended is not known here; what is committed tells
            throw;
        }
    }

    private ReadBatch Poll(int maxRecords, int maxBytes, CancellationToken cancellation)
    {
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            if (_inFlight.TakeRewind())
                Rewind();
            else if (_inFlight.Add(Fill(maxRecords, maxBytes, cancellation)) is { } batch)
                return batch;
        }
    }

    private Reading Fill(int maxRecords, int maxBytes, CancellationToken cancellation)
    {
        var reading = _inFlight.Begin();
        while (reading.Records.Count < maxRecords && reading.Bytes < maxBytes)
        {
            var result = KafkaPolling.Consume(_consumer, reading.Records.Count == 0 ? Pause : TimeSpan.Zero, _clients.Logger, cancellation);
            if (_inFlight.IsStale(reading))
                reading = _inFlight.Begin(); // what comes after a new assignment belongs to it
            if (result is null)
                break;
            if (!result.IsPartitionEOF)
                reading.Add(result);
            else if (_inFlight.Reached(reading, result.TopicPartitionOffset) is { } end)
                Settle(end);
        }
        return reading;
    }

    private void Rewind()
    {
        try
        {
            foreach (var position in _consumer.Committed(_consumer.Assignment, KafkaClients.Patience))
                _consumer.Seek(new(position.TopicPartition, position.Offset == Offset.Unset ? Offset.Beginning : position.Offset));
        }
        catch (KafkaException e)
        {
            _clients.Logger.LogWarning("A reader of '{Group}' cannot go back to what is committed yet: {Reason}", _group, e.Error.Reason);
            _inFlight.Failed();
        }
    }

    /// <summary>Commits the position behind marks that nobody reads, so that the lag of a group that has read everything is 0.</summary>
    private void Settle(TopicPartitionOffset end)
    {
        try
        {
            _consumer.Commit([end]);
            _inFlight.Settled(end);
        }
        catch (KafkaException e)
        {
            _clients.Logger.LogDebug("The end of {Partition} is not committed yet: {Reason}", end.TopicPartition, e.Error.Reason);
        }
    }

    private void Reassigned(IEnumerable<TopicPartition> assigned, IEnumerable<TopicPartition> revoked)
    {
        _committing.Wait();
        try
        {
            _inFlight.Reassigned();
        }
        finally
        {
            _committing.Release();
        }
        AssignmentChanged?.Invoke(new([.. assigned.Select(Named)], [.. revoked.Select(Named)]));
    }

    private bool Leave()
    {
        try
        {
            _consumer.Close();
        }
        catch (KafkaException e)
        {
            _clients.Logger.LogWarning("A reader of '{Group}' could not say goodbye: {Reason}", _group, e.Error.Reason);
        }
        _consumer.Dispose();
        return true;
    }

    private static (string Topic, int Partition) Named(TopicPartition partition) => (partition.Topic, partition.Partition);
}

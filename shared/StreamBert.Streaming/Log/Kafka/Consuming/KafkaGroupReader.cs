using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamBert.Streaming.Log.Kafka.Administration;
using StreamBert.Streaming.Log.Kafka.Clients;
using StreamBert.Streaming.Log.Kafka.Producing;

namespace StreamBert.Streaming.Log.Kafka.Consuming;

/// <summary>
/// Is one member of a Kafka consumer group: it polls and handles assignments and revocations. <see cref="KafkaCommitter"/> commits.
/// </summary>
internal sealed class KafkaGroupReader : IGroupReader
{
    /// <summary>The timeout of a poll, after which the reader checks whether it must stop or rewind.</summary>
    private static readonly TimeSpan PollTimeout = TimeSpan.FromMilliseconds(100);

    private readonly KafkaClients _clients;
    private readonly string _group;
    private readonly IConsumer<byte[], byte[]> _consumer;
    private readonly KafkaBatches _batches;
    private readonly KafkaCommitter _committer;
    private readonly KafkaAssignments _assignments;
    private readonly RevocationDrain _drain;
    private readonly StalledPartitionDetector _stalled;
    private readonly CancellationTokenSource _leaving = new();
    private readonly SemaphoreSlim _reading = new(1);

    /// <summary>Held during a commit: the reader rewinds only before or after one.</summary>
    private readonly SemaphoreSlim _committing = new(1);

    /// <summary>The next offset of each partition; only the polling thread uses it.</summary>
    private readonly Dictionary<TopicPartition, Offset> _nextOffsets = [];

    /// <summary>The exception of a failed assignment.</summary>
    private Exception? _assignmentError;

    /// <param name="clients">Creates the consumer.</param>
    /// <param name="appender">Appends outputs with at-least-once delivery.</param>
    /// <param name="group">The consumer group.</param>
    /// <param name="topics">The topics to read.</param>
    /// <param name="exclusiveTopics">
    /// Lists the partitions of the topics for an exclusive reader; null for a reader that shares them.
    /// </param>
    public KafkaGroupReader(
        KafkaClients clients, KafkaAppender appender, string group, IReadOnlyCollection<string> topics, KafkaTopics? exclusiveTopics)
    {
        (_clients, _group, _batches) = (clients, group, new(group, exclusiveTopics is not null));
        (_drain, _stalled) = (new(clients.Time), new(group));
        _consumer = clients.ConsumerBuilder(group, exclusiveTopics is not null)
            .SetPartitionsAssignedHandler((_, partitions) => TryAssign(partitions))
            .SetPartitionsRevokedHandler((_, partitions) => Revoke(partitions, drain: true))
            .SetPartitionsLostHandler((_, partitions) => Revoke(partitions, drain: false))
            .Build();
        _assignments = new(clients, _consumer, group, topics, exclusiveTopics, _leaving.Token);
        _committer = new(clients, appender, _consumer, _batches, group);
        _consumer.Subscribe(topics);
    }

    public event Action<AssignmentChange>? AssignmentChanged;

    public int Generation => _batches.Generation;

    public async Task<ReadBatch> ReadAsync(int maxRecords, CancellationToken cancellation, int maxBytes = LogRecord.MaxReadBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxRecords);
        ObjectDisposedException.ThrowIf(_leaving.IsCancellationRequested, this);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _leaving.Token);
        await _reading.WaitAsync(either.Token);
        try
        {
            return await BlockingCalls.RunAsync(() => PollBatch(maxRecords, maxBytes, either.Token));
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
            ObjectDisposedException.ThrowIf(_leaving.IsCancellationRequested, this);
            await _committer.CommitAsync(batch, outputs, cancellation);
        }
        finally
        {
            _committing.Release();
            _drain.OnCommitEnded();
        }
    }

    /// <summary>Leaves the group after a running commit.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_leaving.IsCancellationRequested)
            return;
        await _leaving.CancelAsync();
        await _reading.WaitAsync();
        await _committing.WaitAsync();
        await BlockingCalls.RunAsync(LeaveGroup);
        _committer.Dispose();
        _committing.Release();
    }

    private ReadBatch PollBatch(int maxRecords, int maxBytes, CancellationToken cancellation)
    {
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            if (_batches.MustRewind)
                TryRewind(cancellation);
            if (_batches.Add(FillBatch(maxRecords, maxBytes, cancellation)) is { } batch) // polls in any case, to stay in the group
                return batch;
        }
    }

    private KafkaBatchBuilder FillBatch(int maxRecords, int maxBytes, CancellationToken cancellation)
    {
        var builder = _batches.BeginBatch();
        while (builder.Records.Count < maxRecords && builder.Bytes < maxBytes)
        {
            var result = Poll(builder.Records.Count == 0 ? PollTimeout : TimeSpan.Zero, cancellation);
            if (result is null || _batches.MustRewind) // a record that arrived nevertheless is delivered again
                break;
            if (!result.IsPartitionEOF)
                Add(result, builder);
            else if (_batches.EndReached(builder, result.TopicPartitionOffset) is { } end)
                _committer.CommitEnd(end);
        }

        return builder;
    }

    private ConsumeResult<byte[], byte[]>? Poll(TimeSpan timeout, CancellationToken cancellation)
    {
        var started = _clients.Time.GetTimestamp();
        var result = BlockingCalls.Poll(_consumer, timeout, _clients.Logger, cancellation);
        if (_assignmentError is { } error)
            throw new LogUnavailableException($"A reader of consumer group '{_group}' failed and must be replaced: {error.Message}", error);
        _stalled.Observe(result?.TopicPartition, _clients.Time.GetElapsedTime(started));
        return result;
    }

    /// <summary>
    /// Adds a record. When the broker finds a position out of range, the partition starts at its beginning: known records must not count as
    /// new.
    /// </summary>
    private void Add(ConsumeResult<byte[], byte[]> result, KafkaBatchBuilder builder)
    {
        if (_nextOffsets.TryGetValue(result.TopicPartition, out var next) && result.Offset < next)
        {
            _clients.Logger.LogWarning(
                "{Partition} was read up to offset {Next} and restarted at {Offset}; the reader returns to the committed offsets",
                result.TopicPartition, next, result.Offset);
            _batches.Invalidate();
            return;
        }

        _nextOffsets[result.TopicPartition] = result.Offset + 1;
        builder.Add(result);
    }

    private void TryRewind(CancellationToken cancellation)
    {
        if (!_committing.Wait(PollTimeout, cancellation))
            return;
        try
        {
            var assignment = _consumer.Assignment;
            var positions = assignment.Count > 0 ? _assignments.FetchCommitted(assignment) : [];
            positions.ForEach(_consumer.Seek);
            _stalled.Expect(assignment);
            _nextOffsets.Clear();
            _batches.MarkRewound(positions);
        }
        catch (KafkaException e)
        {
            _clients.Logger.LogWarning(
                "A reader of consumer group '{Group}' could not seek to the committed offsets and retries: {Reason}",
                _group, e.Error.Reason);
            cancellation.WaitHandle.WaitOne(PollTimeout);
        }
        finally
        {
            _committing.Release();
        }
    }

    /// <summary>
    /// Handles an assignment, on the polling thread and before the first record of the partitions. librdkafka calls this, so it must not
    /// throw: an error fails the current read before records of the partitions are returned.
    /// </summary>
    private IEnumerable<TopicPartitionOffset> TryAssign(List<TopicPartition> assigned)
    {
        try
        {
            var partitions = _assignments.Select(assigned);
            var positions = partitions.Count == 0 ? [] : _assignments.FetchCommitted(partitions);
            _batches.Assigned(positions);
            _stalled.Expect(partitions);
            RaiseAssignmentChanged(partitions, []);
            return positions;
        }
        catch (Exception e)
        {
            _assignmentError = e;
            return assigned.Select(static p => new TopicPartitionOffset(p, Offset.Unset));
        }
    }

    /// <summary>
    /// Handles a revocation, on the polling thread and before another reader gets the partitions. Lost partitions have moved already.
    /// </summary>
    private void Revoke(List<TopicPartitionOffset> revoked, bool drain)
    {
        var partitions = _assignments.SelectRevoked(revoked);
        if (drain)
            _drain.Wait(() => _batches.Contains(partitions), () => _committing.CurrentCount == 0, _leaving.Token);
        _batches.Revoked(partitions);
        foreach (var partition in partitions)
            _nextOffsets.Remove(partition);
        _stalled.Remove(partitions);
        RaiseAssignmentChanged([], partitions);
    }

    private void RaiseAssignmentChanged(IEnumerable<TopicPartition> assigned, IEnumerable<TopicPartition> revoked) =>
        AssignmentChanged?.Invoke(new(
            [.. assigned.Select(static p => (p.Topic, p.Partition.Value))], [.. revoked.Select(static p => (p.Topic, p.Partition.Value))]));

    private bool LeaveGroup()
    {
        try
        {
            BlockingCalls.RunWithTimeout(_consumer.Close);
            _consumer.Dispose();
        }
        catch (KafkaException e)
        {
            _clients.Logger.LogWarning(
                "A reader of consumer group '{Group}' could not leave it; its partitions move after the session timeout: {Reason}",
                _group, e.Error.Reason);
            BlockingCalls.DisposeInBackground(_consumer, _clients.Logger);
        }

        return true;
    }
}

using System.Diagnostics;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace StreamBert.Streaming.Log.Kafka;

/// <summary>
/// One member of a Kafka consumer group: it polls, takes partitions on and gives them up. <see cref="KafkaCommits"/> commits.
/// </summary>
internal sealed class KafkaGroupReader : IGroupReader
{
    /// <summary>How long a poll waits before it looks whether it should stop or go back.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly KafkaClients _clients;
    private readonly KafkaTopics? _alone;
    private readonly IReadOnlyCollection<string> _topics;
    private readonly IConsumer<byte[], byte[]> _consumer;
    private readonly InFlightBatches _inFlight;
    private readonly KafkaCommits _commits;
    private readonly RevocationDrain _drain = new();
    private readonly PartitionSilence _silence;
    private readonly string _group;
    private readonly CancellationTokenSource _leaving = new();
    private readonly SemaphoreSlim _reading = new(1);

    /// <summary>Held while a batch is committed: the reader goes back to what is committed only before or after.</summary>
    private readonly SemaphoreSlim _committing = new(1);

    /// <summary>The next offset of each partition. Only the polling thread knows it.</summary>
    private readonly Dictionary<TopicPartition, Offset> _next = [];

    /// <summary>Why partitions could not be taken on.</summary>
    private Exception? _fault;

    /// <param name="alone">Knows the partitions of the topics, for a reader that has all of them or none; null for one that shares
    /// them.</param>
    public KafkaGroupReader(
        KafkaClients clients,
        KafkaAppender appender,
        string group,
        IReadOnlyCollection<string> topics,
        KafkaTopics? alone)
    {
        (_clients, _group, _inFlight, _silence) = (clients, group, new(group, alone is not null), new(group));
        (_alone, _topics) = (alone, [.. topics.Distinct().Order(StringComparer.Ordinal)]);
        _consumer = clients.Consumer(group, alone is not null)
            .SetPartitionsAssignedHandler((_, partitions) => TryTakeOn(partitions))
            .SetPartitionsRevokedHandler((_, partitions) => GiveUp(Held(partitions), drain: true))
            .SetPartitionsLostHandler((_, partitions) => GiveUp(Held(partitions), drain: false))
            .Build();
        _commits = new(clients, appender, _consumer, _inFlight, group);
        _consumer.Subscribe(topics);
    }

    public event Action<AssignmentChange>? AssignmentChanged;

    public int Generation => _inFlight.Generation;

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
            ObjectDisposedException.ThrowIf(_leaving.IsCancellationRequested, this);
            await _commits.CommitAsync(batch, outputs, cancellation);
        }
        finally
        {
            _committing.Release();
            _drain.Progressed();
        }
    }

    /// <summary>Leaves the group, after a commit that is under way.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_leaving.IsCancellationRequested)
            return;
        await _leaving.CancelAsync();
        await _reading.WaitAsync();
        await _committing.WaitAsync();
        await KafkaPolling.OnOwnThreadAsync(Leave);
        _commits.Dispose();
        _committing.Release();
    }

    private ReadBatch Poll(int maxRecords, int maxBytes, CancellationToken cancellation)
    {
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            if (_inFlight.MustRewind)
                TryRewind(cancellation);
            if (_inFlight.Add(Fill(maxRecords, maxBytes, cancellation)) is { } batch) // polls in any case: the group must be heard
                return batch;
        }
    }

    private Reading Fill(int maxRecords, int maxBytes, CancellationToken cancellation)
    {
        var reading = _inFlight.Begin();
        while (reading.Records.Count < maxRecords && reading.Bytes < maxBytes)
        {
            var begun = Stopwatch.GetTimestamp();
            var result = KafkaPolling.Consume(_consumer, reading.Records.Count == 0 ? Pause : TimeSpan.Zero, _clients.Logger, cancellation);
            if (_fault is { } fault)
            {
                throw new LogUnavailableException(
                    $"This reader of '{_group}' cannot go on and another must take its place: {fault.Message}",
                    fault);
            }

            _silence.Listen(result?.TopicPartition, Stopwatch.GetElapsedTime(begun));
            if (result is null || _inFlight.MustRewind) // what came in spite of it comes again
                break;
            if (!result.IsPartitionEOF)
                Take(result, reading);
            else if (_inFlight.Reached(reading, result.TopicPartitionOffset) is { } end)
                _commits.Settle(end);
        }
        return reading;
    }

    /// <summary>
    /// A position that the broker says is out of range starts at the beginning: what was read already must not pass for new.
    /// </summary>
    private void Take(ConsumeResult<byte[], byte[]> result, Reading reading)
    {
        if (_next.TryGetValue(result.TopicPartition, out var next) && result.Offset < next)
        {
            _clients.Logger.LogWarning(
                "{Partition} was read up to {Next} and begins again at {Offset}; going back to what is committed",
                result.TopicPartition,
                next,
                result.Offset);
            _inFlight.Void();
            return;
        }
        _next[result.TopicPartition] = result.Offset + 1;
        reading.Add(result);
    }

    private void TryRewind(CancellationToken cancellation)
    {
        if (!_committing.Wait(Pause, cancellation))
            return;
        try
        {
            var assignment = _consumer.Assignment;
            var positions = assignment.Count > 0 ? Committed(assignment) : [];
            positions.ForEach(_consumer.Seek);
            _silence.Await(assignment);
            _next.Clear();
            _inFlight.Rewound(positions);
        }
        catch (KafkaException e)
        {
            _clients.Logger.LogWarning("A reader of '{Group}' cannot go back to what is committed yet: {Reason}", _group, e.Error.Reason);
            cancellation.WaitHandle.WaitOne(Pause);
        }
        finally
        {
            _committing.Release();
        }
    }

    /// <summary>
    /// Nothing may be thrown through librdkafka, which calls this: what goes wrong ends the read that is under way, before anything of the
    /// partitions is handed out.
    /// </summary>
    private IEnumerable<TopicPartitionOffset> TryTakeOn(List<TopicPartition> partitions)
    {
        try
        {
            return TakeOn(_alone is null ? partitions : AllOrNone(partitions));
        }
        catch (Exception e)
        {
            _fault = e;
            return partitions.Select(static p => new TopicPartitionOffset(p, Offset.Unset));
        }
    }

    /// <summary>
    /// On the polling thread, before the first record of the partitions. Asked for their offsets, librdkafka would after an error let them
    /// lie
    /// and say nothing more; so they are looked up here, and a reader that cannot know them stops.
    /// </summary>
    private List<TopicPartitionOffset> TakeOn(List<TopicPartition> partitions)
    {
        var positions = partitions.Count == 0 ? [] : Committed(partitions);
        _inFlight.TakenOn(positions);
        _silence.Await(partitions);
        Changed(partitions, []);
        return positions;
    }

    /// <summary>Who is given the first partition of the first topic is the one to have all; the brokers see to it that it is one.</summary>
    private List<TopicPartition> AllOrNone(List<TopicPartition> partitions) =>
        partitions.Contains(new(_topics.First(), 0)) ? _alone!.Partitions(_topics) : [];

    private List<TopicPartition> Held(List<TopicPartitionOffset> partitions) =>
        _alone is null ? [.. partitions.Select(static p => p.TopicPartition)] : _consumer.Assignment;

    private List<TopicPartitionOffset> Committed(List<TopicPartition> partitions)
    {
        for (var left = KafkaCommits.AttemptsWhileGroupMoves; ; left--)
        {
            try
            {
                return [.. _consumer.Committed(partitions, KafkaClients.Patience)
                    .Select(
                        static p => new TopicPartitionOffset(p.TopicPartition, p.Offset == Offset.Unset ? Offset.Beginning : p.Offset))];
            }
            catch (KafkaException e) when (left > 0 && !_leaving.IsCancellationRequested)
            {
                _clients.Logger.LogWarning("The committed offsets of '{Group}' are asked for again: {Reason}", _group, e.Error.Reason);
                _leaving.Token.WaitHandle.WaitOne(Pause);
            }
        }
    }

    /// <summary>On the polling thread, before the partitions go to another reader. Lost ones have gone already.</summary>
    private void GiveUp(IReadOnlyCollection<TopicPartition> partitions, bool drain)
    {
        if (drain)
            _drain.Wait(() => _inFlight.Hold(partitions), () => _committing.CurrentCount == 0, _leaving.Token);
        _inFlight.GivenUp(partitions);
        foreach (var partition in partitions)
            _next.Remove(partition);
        _silence.Forget(partitions);
        Changed([], partitions);
    }

    private void Changed(IEnumerable<TopicPartition> assigned, IEnumerable<TopicPartition> revoked) =>
        AssignmentChanged?.Invoke(new([.. assigned.Select(Named)], [.. revoked.Select(Named)]));

    private bool Leave()
    {
        try
        {
            NativeCall.Bounded(_consumer.Close);
            _consumer.Dispose();
        }
        catch (KafkaException e)
        {
            _clients.Logger.LogWarning("A reader of '{Group}' could not say goodbye: {Reason}", _group, e.Error.Reason);
            NativeCall.LetGo(_consumer, _clients.Logger);
        }
        return true;
    }

    private static (string Topic, int Partition) Named(TopicPartition partition) => (partition.Topic, partition.Partition);
}

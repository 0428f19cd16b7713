using StreamBert.Streaming.Log.Embedded.Groups;
using StreamBert.Streaming.Log.Embedded.Reading;
using StreamBert.Streaming.Log.Embedded.Writing;

namespace StreamBert.Streaming.Log.Embedded;

/// <summary>The partitions a reader has been given, and where it starts in each.</summary>
internal sealed record Assignment(int Generation, IReadOnlyList<PartitionState> Partitions, IReadOnlyList<long> Starts);

/// <summary>
/// One reader of a group. The writer assigns; the reader takes a new assignment over at its next read and goes on from
/// what the group had committed at that moment.
/// </summary>
internal sealed class EmbeddedGroupReader(
    EmbeddedEventLog log,
    GroupState group,
    IReadOnlyCollection<string> topics,
    bool exclusive) : IGroupReader
{
    private readonly InFlightBatches _inFlight = new();
    private volatile Assignment _assigned = new(0, [], []);
    private Assignment _adopted = new(0, [], []);
    private LogCursor _cursor = new([]);
    private volatile bool _left;

    public event Action<AssignmentChange>? AssignmentChanged;

    public GroupState Group => group;
    public IReadOnlyCollection<string> Topics => topics;
    public bool IsExclusive => exclusive;
    public Assignment Assigned => _assigned;
    public int Generation => _assigned.Generation;

    /// <summary>Called by the writer: the reader's share from now on. Whatever it has in flight is void.</summary>
    public void Assign(IReadOnlyList<PartitionState> partitions) =>
        _assigned = new(_assigned.Generation + 1, partitions, [.. partitions.Select(group.Position)]);

    /// <summary>Called by the writer: why a batch cannot be committed; null if it can.</summary>
    public Exception? Refusal(ReadBatch batch)
    {
        if (_left || batch.Generation != _assigned.Generation || (batch.Records.Count == 0 && _assigned.Partitions.Count == 0))
        {
            return new BatchRevokedException(
                $"The batch was read under generation {batch.Generation} of a reader of '{group.Name}'; its partitions have been given out anew (generation {_assigned.Generation}).");
        }

        return batch.Records.Count == 0 || _inFlight.BeginsWith(batch)
            ? null
            : new InvalidOperationException($"Batches of '{group.Name}' must be committed once and in the order they were read.");
    }

    /// <summary>Called by the writer: the oldest batch is being committed.</summary>
    public void TakeBatch(ReadBatch batch)
    {
        if (batch.Records.Count > 0)
            _inFlight.Remove(batch);
    }

    public async Task<ReadBatch> ReadAsync(int maxRecords, CancellationToken cancellation, int maxBytes = LogRecord.MaxReadBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxRecords);
        while (true)
        {
            var changed = log.State.Changed.Next;
            ObjectDisposedException.ThrowIf(_left, this);
            Adopt();
            if (!_cursor.HasMore)
            {
                await changed.WaitAsync(cancellation);
                continue;
            }
            var records = await log.Sessions.ReadAsync(session => _cursor.Read(session, maxRecords, maxBytes), cancellation);
            if (records.Count > 0 && _adopted == _assigned)
                return InFlight(records);
        }
    }

    public async Task CommitAsync(ReadBatch batch, IReadOnlyList<NewRecord> outputs, CancellationToken cancellation)
    {
        log.Check(outputs);
        await log.Writer.AppendAsync(new AppendRequest(outputs, this, batch), cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        if (_left)
            return;
        _left = true;
        await log.LeaveAsync(this);
    }

    private ReadBatch InFlight(List<LogRecord> records)
    {
        var batch = new ReadBatch(_adopted.Generation, records);
        _inFlight.Add(batch);
        return batch;
    }

    private void Adopt()
    {
        var assigned = _assigned;
        if (assigned == _adopted)
            return;
        var change = Change(_adopted.Partitions, assigned.Partitions);
        _inFlight.Clear();
        _cursor = new(assigned.Partitions.Zip(assigned.Starts, static (partition, start) => new CursorPosition(partition, start)));
        _adopted = assigned;
        if (change.Assigned.Count + change.Revoked.Count > 0)
            AssignmentChanged?.Invoke(change);
    }

    private static AssignmentChange Change(IReadOnlyList<PartitionState> before, IReadOnlyList<PartitionState> after) =>
        new([.. after.Except(before).Select(Named)], [.. before.Except(after).Select(Named)]);

    private static (string Topic, int Partition) Named(PartitionState partition) => (partition.Topic, partition.Number);
}

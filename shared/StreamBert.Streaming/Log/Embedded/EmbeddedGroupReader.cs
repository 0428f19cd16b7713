using StreamBert.Streaming.Log.Embedded.Groups;
using StreamBert.Streaming.Log.Embedded.Reading;
using StreamBert.Streaming.Log.Embedded.Writing;

namespace StreamBert.Streaming.Log.Embedded;

/// <summary>
/// One reader of a group. The writer assigns partitions; the reader applies a new assignment at its next read and continues from what the
/// group had committed at the time of the assignment.
/// </summary>
internal sealed class EmbeddedGroupReader(EmbeddedEventLog log, GroupMember member) : IGroupReader
{
    private Assignment _applied = new(0, [], []);
    private LogCursor _cursor = new([]);

    public event Action<AssignmentChange>? AssignmentChanged;

    public int Generation => member.Assigned.Generation;

    public async Task<ReadBatch> ReadAsync(int maxRecords, CancellationToken cancellation, int maxBytes = LogRecord.MaxReadBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxRecords);
        while (true)
        {
            var changed = log.State.Changed.Next;
            ObjectDisposedException.ThrowIf(member.HasLeft, this);
            ApplyAssignment();
            if (!_cursor.HasMore)
            {
                await changed.WaitAsync(cancellation);
                continue;
            }
            var records = await log.Sessions.ReadAsync(session => _cursor.Read(session, maxRecords, maxBytes), cancellation);
            if (records.Count > 0 && _applied == member.Assigned)
                return TrackBatch(records);
        }
    }

    public async Task CommitAsync(ReadBatch batch, IReadOnlyList<NewRecord> outputs, CancellationToken cancellation)
    {
        log.Validate(outputs);
        await log.Writer.AppendAsync(new AppendRequest(outputs, member, batch), cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        if (member.HasLeft)
            return;
        member.Leave();
        await log.LeaveAsync(member);
    }

    private ReadBatch TrackBatch(List<LogRecord> records)
    {
        var batch = new ReadBatch(_applied.Generation, records);
        member.InFlight.Add(batch);
        return batch;
    }

    private void ApplyAssignment()
    {
        var assigned = member.Assigned;
        if (assigned == _applied)
            return;
        var change = Compare(_applied.Partitions, assigned.Partitions);
        member.InFlight.Clear();
        _cursor = new(assigned.Partitions.Zip(assigned.Starts, static (partition, start) => new CursorPosition(partition, start)));
        _applied = assigned;
        if (change.Assigned.Count + change.Revoked.Count > 0)
            AssignmentChanged?.Invoke(change);
    }

    private static AssignmentChange Compare(IReadOnlyList<PartitionState> before, IReadOnlyList<PartitionState> after) =>
        new([.. after.Except(before).Select(NameOf)], [.. before.Except(after).Select(NameOf)]);

    private static (string Topic, int Partition) NameOf(PartitionState partition) => (partition.Topic, partition.Number);
}

using StreamBert.Contracts;
using StreamBert.Streaming.Log.Embedded.Groups;

namespace StreamBert.Streaming.Log.Embedded.Writing;

/// <summary>A request to the writer.</summary>
internal abstract class WriteRequest
{
    public abstract void Fail(Exception reason);
}

/// <summary>Appends records, and commits the batch of a group that they answer, if any.</summary>
internal sealed class AppendRequest(IReadOnlyList<NewRecord> records, GroupMember? member = null, ReadBatch? batch = null) : WriteRequest
{
    private readonly TaskCompletionSource<IReadOnlyList<RecordPosition>> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly RecordPosition[] _positions = new RecordPosition[records.Count];

    public IReadOnlyList<NewRecord> Records => records;
    public GroupMember? Member => member;
    public ReadBatch? Batch => batch;
    public RecordPosition[] Positions => _positions;
    public Task<IReadOnlyList<RecordPosition>> Done => _done.Task;

    /// <summary>The partitions that the running transaction appends to.</summary>
    public HashSet<PartitionState> Partitions { get; } = [];

    /// <summary>The group's new offsets in the running transaction.</summary>
    public Dictionary<PartitionState, long> Offsets { get; } = [];

    public void Succeed() => _done.TrySetResult(_positions);

    public override void Fail(Exception reason) => _done.TrySetException(reason);
}

/// <summary>Runs an action between two transactions: creating topics, joining and leaving a group, retention.</summary>
internal sealed class ControlRequest(Action<WriteSession> action) : WriteRequest
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Done => _done.Task;

    public void Run(WriteSession session)
    {
        action(session);
        _done.TrySetResult();
    }

    public override void Fail(Exception reason) => _done.TrySetException(reason);
}

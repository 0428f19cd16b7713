using StreamBert.Contracts;
using StreamBert.Streaming.Log.Embedded.Groups;

namespace StreamBert.Streaming.Log.Embedded.Writing;

/// <summary>Something the writer is asked to do.</summary>
internal abstract class WriteRequest
{
    public abstract void Fail(Exception reason);
}

/// <summary>Records to append, together with the batch of a group they answer, if any.</summary>
internal sealed class AppendRequest(
    IReadOnlyList<NewRecord> records,
    EmbeddedGroupReader? reader = null,
    ReadBatch? batch = null) : WriteRequest
{
    private readonly TaskCompletionSource<IReadOnlyList<RecordPosition>> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly RecordPosition[] _positions = new RecordPosition[records.Count];

    public IReadOnlyList<NewRecord> Records => records;
    public EmbeddedGroupReader? Reader => reader;
    public ReadBatch? Batch => batch;
    public RecordPosition[] Positions => _positions;
    public Task<IReadOnlyList<RecordPosition>> Done => _done.Task;

    /// <summary>The partitions it has appended to in the running transaction.</summary>
    public HashSet<PartitionState> Touched { get; } = [];

    /// <summary>The group's new offsets in the running transaction.</summary>
    public Dictionary<PartitionState, long> Offsets { get; } = [];

    public void Succeed() => _done.TrySetResult(_positions);

    public override void Fail(Exception reason) => _done.TrySetException(reason);
}

/// <summary>Something done alone, between two transactions: creating topics, joining and leaving a group, retention.</summary>
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

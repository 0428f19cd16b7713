using StreamBert.Streaming.Log;
using StreamBert.Tests.Streaming.Log;

namespace StreamBert.Tests.Training;

/// <summary>A log whose readers stop at a commit, as if the process had crashed just before or just after it.</summary>
/// <param name="commits">The number of that commit; <paramref name="countsEmpty"/> says whether those without outputs count.</param>
/// <param name="countsEmpty">Whether commits without outputs count.</param>
internal sealed class CrashingLog(IEventLog log, bool afterTheCommit, int commits = 1, bool countsEmpty = true) : DelegatingLog(log)
{
    private readonly TaskCompletionSource _crashed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the readers have reached that commit.</summary>
    public Task Crashed => _crashed.Task;

    public override async Task<IGroupReader> JoinAsync(
        string group, IReadOnlyCollection<string> topics, CancellationToken cancellation, bool exclusive = false) =>
        new Reader(await base.JoinAsync(group, topics, cancellation, exclusive), afterTheCommit, commits, countsEmpty, _crashed);

    private sealed class Reader(
        IGroupReader reader, bool afterTheCommit, int commits, bool countsEmpty, TaskCompletionSource crashed) : IGroupReader
    {
        private int _left = commits;

        public event Action<AssignmentChange>? AssignmentChanged
        {
            add => reader.AssignmentChanged += value;
            remove => reader.AssignmentChanged -= value;
        }

        public int Generation => reader.Generation;

        public Task<ReadBatch> ReadAsync(int maxRecords, CancellationToken cancellation, int maxBytes = LogRecord.MaxReadBytes)
            => reader.ReadAsync(maxRecords, cancellation, maxBytes);

        public async Task CommitAsync(ReadBatch batch, IReadOnlyList<NewRecord> outputs, CancellationToken cancellation)
        {
            var isCounted = countsEmpty || outputs.Count > 0;
            if (!isCounted || --_left > 0 || afterTheCommit)
                await reader.CommitAsync(batch, outputs, cancellation);
            if (!isCounted || _left > 0)
                return;
            crashed.TrySetResult();
            await Task.Delay(Timeout.Infinite, cancellation);
        }

        public ValueTask DisposeAsync() => reader.DisposeAsync();
    }
}

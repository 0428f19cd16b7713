using StreamBert.Contracts;
using StreamBert.Streaming.Log;

namespace StreamBert.Tests.Training;

/// <summary>A log whose readers stop at a commit, as if the process had crashed just before or just after it.</summary>
/// <param name="commits">The number of that commit.</param>
internal sealed class CrashingLog(IEventLog log, bool afterTheCommit, int commits = 1) : IEventLog
{
    private readonly TaskCompletionSource _crashed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the readers have reached that commit.</summary>
    public Task Crashed => _crashed.Task;

    public Task CreateTopicsAsync(IReadOnlyCollection<TopicSpec> topics, CancellationToken cancellation)
        => log.CreateTopicsAsync(topics, cancellation);

    public Task<IReadOnlyList<PartitionInfo>> DescribeAsync(IReadOnlyCollection<string>? topics, CancellationToken cancellation)
        => log.DescribeAsync(topics, cancellation);

    public bool HasTransactionMarkers => log.HasTransactionMarkers;
    public Exception? WriteFailure => null;

    public Task<IReadOnlyList<RecordPosition>> AppendAsync(
        IReadOnlyList<NewRecord> records,
        CancellationToken cancellation,
        bool atomic = false) =>
        log.AppendAsync(records, cancellation, atomic);

    public async Task<IGroupReader> JoinAsync(
        string group,
        IReadOnlyCollection<string> topics,
        CancellationToken cancellation,
        bool exclusive = false) =>
        new Reader(await log.JoinAsync(group, topics, cancellation, exclusive), afterTheCommit, commits, _crashed);

    public IAsyncEnumerable<IReadOnlyList<LogRecord>> TailAsync(
        string topic,
        IReadOnlyDictionary<int, long>? from,
        CancellationToken cancellation) =>
        log.TailAsync(topic, from, cancellation);

    public IAsyncEnumerable<LogRecord> ReadToEndAsync(
        string topic,
        IReadOnlyDictionary<int, long>? from,
        CancellationToken cancellation,
        bool awaitOpenTransactions = false) =>
        log.ReadToEndAsync(topic, from, cancellation, awaitOpenTransactions);

    public Task<LogRecord?> FetchAsync(RecordPosition position, CancellationToken cancellation) => log.FetchAsync(position, cancellation);

    public Task<LogRecord?> FetchLastAsync(string topic, int partition, CancellationToken cancellation)
        => log.FetchLastAsync(topic, partition, cancellation);

    public Task<IReadOnlyList<PartitionLag>> LagAsync(string group, IReadOnlyCollection<string> topics, CancellationToken cancellation) =>
        log.LagAsync(group, topics, cancellation);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask; // the log outlives the process that died

    private sealed class Reader(IGroupReader reader, bool afterTheCommit, int commits, TaskCompletionSource crashed) : IGroupReader
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
            if (--_left > 0 || afterTheCommit)
                await reader.CommitAsync(batch, outputs, cancellation);
            if (_left > 0)
                return;
            crashed.TrySetResult();
            await Task.Delay(Timeout.Infinite, cancellation);
        }

        public ValueTask DisposeAsync() => reader.DisposeAsync();
    }
}

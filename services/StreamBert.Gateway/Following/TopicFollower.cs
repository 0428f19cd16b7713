using StreamBert.Contracts;
using StreamBert.Gateway.Live;
using StreamBert.Streaming.Diagnostics;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Supervision;

namespace StreamBert.Gateway.Following;

/// <summary>
/// Keeps in memory what the records of a topic of one partition say. It reads the stored records, then follows the topic, and passes new
/// events to the live subscribers once they are applied. It does not depend on the state store.
/// </summary>
/// <param name="topic">The topic.</param>
/// <param name="state">What the records say; only this class uses it from then on.</param>
/// <param name="maxRecords">The most stored records that are read, the latest ones.</param>
internal abstract class TopicFollower<TState>(
    string topic, TState state, long maxRecords, IEventLog log, LiveEventHub hub, UnusableRecords unusable, Readiness readiness,
    Supervisor supervisor, TimeProvider time) : BackgroundService
{
    /// <summary>How long a caller waits for the records.</summary>
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(10);

    private readonly TaskCompletionSource _read = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private readonly Dictionary<int, long> _positions = [];
    private TaskCompletionSource _applied = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Reads from the state, after the records that were stored when the process started.</summary>
    /// <exception cref="LogUnavailableException">They cannot be read now.</exception>
    public async Task<T> ReadAsync<T>(Func<TState, T> read, CancellationToken cancellation)
    {
        try
        {
            await _read.Task.WaitAsync(RequestTimeout, time, cancellation);
        }
        catch (TimeoutException)
        {
            throw new LogUnavailableException($"The topic {topic} has not been read yet. Try again in a moment.");
        }
        return Read(read);
    }

    /// <summary>Reads from the state as far as it is known.</summary>
    public T Read<T>(Func<TState, T> read)
    {
        lock (_lock)
            return read(state);
    }

    /// <summary>Waits until a record that was appended is applied, or for a few seconds.</summary>
    public async Task WaitForAsync(RecordPosition position, CancellationToken cancellation)
    {
        using var timeout = new CancellationTokenSource(RequestTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation);
        try
        {
            while (NextAfter(position) is { } next)
                await next.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // The record is stored, and is applied once the topic can be followed again.
        }
    }

    protected abstract void Apply(TState state, LogRecord record);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        readiness.MarkWaiting(topic, "reading the stored records");
        await supervisor.RunOnceAsync(new($"The reader of {topic}") { ReadinessPart = topic }, ReadStoredAsync, stoppingToken);
        readiness.MarkReady(topic, "following");
        _read.TrySetResult();
        await supervisor.RunAsync(new($"The follower of {topic}") { ReadinessPart = topic }, FollowAsync, stoppingToken);
    }

    private async Task ReadStoredAsync(CancellationToken cancellation)
    {
        foreach (var partition in await log.DescribeAsync([topic], cancellation))
            _positions.TryAdd(partition.Partition, Math.Max(partition.Begin, partition.End - maxRecords));
        var from = new Dictionary<int, long>(_positions);
        await foreach (var record in log.ReadToEndAsync(topic, from, cancellation, awaitOpenTransactions: true))
            Add(record);
    }

    private async Task FollowAsync(Action progressed, CancellationToken cancellation)
    {
        await log.DescribeAsync([topic], cancellation); // It responds even if no record arrives for a long time.
        readiness.MarkReady(topic, "following");
        await foreach (var batch in log.TailAsync(topic, _positions, cancellation))
        {
            foreach (var record in batch)
            {
                if (Add(record) is { } live)
                    hub.Publish(live);
            }
            progressed();
        }
    }

    private LiveEvent? Add(LogRecord record)
    {
        var logged = LoggedEvent.Read(record, time.GetUtcNow());
        if (logged.Fault is { } fault)
            unusable.Report(topic, record.Position, fault, "It changes nothing.");
        TaskCompletionSource applied;
        lock (_lock)
        {
            if (logged.Fault is null)
                Apply(state, record);
            _positions[record.Position.Partition] = record.Position.Offset + 1;
            (applied, _applied) = (_applied, new(TaskCreationOptions.RunContinuationsAsynchronously));
        }
        applied.SetResult();
        return LiveEvent.From(logged);
    }

    /// <summary>Returns a task that completes with the next record; null if a position is applied.</summary>
    private Task? NextAfter(RecordPosition position)
    {
        lock (_lock)
            return _positions.GetValueOrDefault(position.Partition) > position.Offset ? null : _applied.Task;
    }
}

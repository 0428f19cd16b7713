using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Threading.Channels;
using StreamBert.Contracts;
using StreamBert.Streaming.Diagnostics;
using StreamBert.Streaming.Log.Embedded.Files;
using StreamBert.Streaming.Log.Embedded.Groups;

namespace StreamBert.Streaming.Log.Embedded.Writing;

/// <summary>
/// The only writer. All requests that wait when it is free are committed in one transaction (group commit), so that they share the wait for
/// the disk. Every change of the log and of its groups passes through the writer, so none needs a lock.
/// </summary>
internal sealed class LogWriter : IAsyncDisposable
{
    private const int MaxRequests = 256;
    private const int MaxRecords = 10_000;

    private static readonly Counter<long> Appended = Telemetry.Meter("Log")
        .CreateCounter<long>("streambert.log.appended", "{record}", "Records appended to the embedded log.");
    private static readonly Histogram<double> CommitTime = Telemetry.Meter("Log")
        .CreateHistogram<double>("streambert.log.transaction.duration", "s", "Duration of one transaction of the embedded log.");

    private readonly Channel<WriteRequest> _requests = Channel.CreateBounded<WriteRequest>(
        new BoundedChannelOptions(MaxRequests) { SingleReader = true });
    private readonly WriteSession _session;
    private readonly LogFiles _files;
    private readonly LogState _state;
    private readonly TimeProvider _time;
    private readonly Task _running;
    private Exception? _failure;

    public LogWriter(LogFiles files, WriteSession session, LogState state, TimeProvider time)
    {
        (_files, _session, _state, _time) = (files, session, state, time);
        _running = Task.Run(RunAsync);
    }

    /// <summary>The exception of the last transaction; null if it succeeded.</summary>
    public Exception? Failure { get => Volatile.Read(ref _failure); private set => Volatile.Write(ref _failure, value); }

    public async Task<IReadOnlyList<RecordPosition>> AppendAsync(AppendRequest request, CancellationToken cancellation)
    {
        await EnqueueAsync(request, cancellation);
        return await request.Done; // from here on it cannot be cancelled
    }

    public async Task ControlAsync(Action<WriteSession> action, CancellationToken cancellation)
    {
        var request = new ControlRequest(action);
        await EnqueueAsync(request, cancellation);
        await request.Done;
    }

    /// <summary>Finishes the queued requests and accepts no more.</summary>
    public async Task CompleteAsync()
    {
        _requests.Writer.TryComplete();
        await _running;
    }

    /// <summary>Finishes the queued requests, then closes the database.</summary>
    public async ValueTask DisposeAsync()
    {
        await CompleteAsync();
        _session.Dispose();
    }

    private async Task EnqueueAsync(WriteRequest request, CancellationToken cancellation)
    {
        try
        {
            await _requests.Writer.WriteAsync(request, cancellation);
        }
        catch (ChannelClosedException)
        {
            throw Signal.LogClosed();
        }
    }

    private async Task RunAsync()
    {
        while (await _requests.Reader.WaitToReadAsync())
        {
            while (_requests.Reader.TryRead(out var request))
            {
                if (request is AppendRequest append)
                    WriteGroup(Gather(append));
                else
                    Control((ControlRequest)request);
            }
        }
    }

    private List<AppendRequest> Gather(AppendRequest first)
    {
        var requests = new List<AppendRequest> { first };
        var records = first.Records.Count;
        while (records < MaxRecords && _requests.Reader.TryPeek(out var next) && next is AppendRequest append
            && _requests.Reader.TryRead(out _))
        {
            requests.Add(append);
            records += append.Records.Count;
        }
        return requests;
    }

    private void Control(ControlRequest request)
    {
        try
        {
            request.Run(_session);
        }
        catch (Exception e)
        {
            var reason = LogErrors.Translate(e, _files);
            Failure = reason is LogUnavailableException ? reason : Failure;
            request.Fail(reason);
        }
        _state.Changed.Pulse();
    }

    private void WriteGroup(List<AppendRequest> requests)
    {
        var started = _time.GetTimestamp();
        var accepted = new List<AppendRequest>(requests.Count);
        try
        {
            _session.Transaction(() => Apply(requests, accepted));
        }
        catch (Exception e)
        {
            Undo(requests, accepted, Failure = LogErrors.Translate(e, _files));
            return;
        }
        Failure = null;
        Publish(accepted);
        CommitTime.Record(_time.GetElapsedTime(started).TotalSeconds);
    }

    private void Apply(List<AppendRequest> requests, List<AppendRequest> accepted)
    {
        var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (var request in requests)
        {
            if (request.Member?.FindCommitError(request.Batch!) is { } error)
            {
                request.Fail(error);
                continue;
            }
            accepted.Add(request);
            Append(request, now);
            Advance(request);
        }
        foreach (var partition in accepted.SelectMany(static r => r.Partitions).Distinct())
            _session.SaveEnd(partition);
    }

    private void Append(AppendRequest request, long nowMs)
    {
        for (var i = 0; i < request.Records.Count; i++)
        {
            var partition = _state.Topic(request.Records[i].Topic).PartitionFor(request.Records[i]);
            request.Partitions.Add(partition);
            request.Positions[i] = new(partition.Topic, partition.Number, _session.Insert(partition, request.Records[i], nowMs));
        }
    }

    private void Advance(AppendRequest request)
    {
        if (request.Member is not { } member)
            return;
        member.RemoveBatch(request.Batch!);
        foreach (var record in request.Batch!.Records)
            request.Offsets[_state.Find(record.Position.Topic, record.Position.Partition)!] = record.Position.Offset + 1;
        foreach (var (partition, next) in request.Offsets)
            _session.SaveOffset(member.Group.Name, partition, next);
    }

    private void Publish(List<AppendRequest> accepted)
    {
        foreach (var request in accepted)
        {
            foreach (var partition in request.Partitions)
                partition.Publish();
            foreach (var (partition, next) in request.Offsets)
                request.Member!.Group.Committed[partition] = next;
        }
        _state.Changed.Pulse();
        foreach (var request in accepted)
            request.Succeed();
        Appended.Add(accepted.Sum(static r => r.Records.Count));
    }

    /// <summary>Undoes a failed transaction: groups read their batches again, and plain appends receive the exception.</summary>
    private void Undo(List<AppendRequest> requests, List<AppendRequest> accepted, Exception reason)
    {
        foreach (var partition in accepted.SelectMany(static r => r.Partitions))
            partition.DiscardPending();
        foreach (var member in accepted.Select(static request => request.Member).OfType<GroupMember>().Distinct())
            member.Assign(member.Assigned.Partitions);
        foreach (var request in requests)
        {
            request.Fail(request.Member is null
                ? reason
                : new BatchRevokedException($"The batch could not be committed and will be delivered again: {reason.Message}", reason));
        }

        _state.Changed.Pulse();
    }
}

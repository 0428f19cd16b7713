using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StreamBert.Contracts;
using StreamBert.Monitoring.Composition;
using StreamBert.Privacy;
using StreamBert.Streaming.Diagnostics;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;

namespace StreamBert.Monitoring.Worker;

/// <summary>
/// Reads predictions in the group <c>monitoring</c> and commits trends, alerts and a checkpoint of all state in one atomic step with the
/// offsets: a monitor that was killed goes on with the same windows and the same alerts, none of them twice. The checkpoint covers all
/// partitions, so one instance has them all; others stand by until it leaves or dies.
/// </summary>
public sealed class MonitoringWorker(
    IEventLog log, PipelineCatalog catalog, IOptions<MonitoringOptions> options, PrivacyFilter guard, MonitoringMetrics metrics,
    UnusableRecords faults, Readiness readiness, TimeProvider time, ILogger<MonitoringWorker> logger) : BackgroundService
{

    private static readonly TimeSpan TickInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long progress waits for predictions while none are read before they count as deleted: longer than a transaction may be open,
    /// behind which records are not delivered.
    /// </summary>
    private static readonly TimeSpan LostAfter = TimeSpan.FromMinutes(1);

    private readonly MonitorReader _reader = new(catalog, log, time.GetUtcNow);
    private readonly MonitorCheckpoints _checkpoints = new(log, catalog, options.Value, guard, faults, time);

    /// <summary>Whether this monitor is the one that has the partitions; others stand by.</summary>
    private volatile bool _active;

    /// <summary>When nothing waited for predictions, or some came, for the last time.</summary>
    private long _waitingSince;

    /// <summary>Whether partitions came or went since the session was opened, or a commit was refused.</summary>
    private volatile bool _moved;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (var pause = TickInterval; !stoppingToken.IsCancellationRequested; pause = pause < LongestPause / 2 ? pause * 2 : LongestPause)
        {
            try
            {
                await RunAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                readiness.MarkWaiting(ConsumerGroups.Monitoring, e.Message);
                if (e is LogUnavailableException)
                {
                    logger.LogWarning(
                        "The event log cannot be reached: {Message} Next try in {Pause} s, from the last checkpoint.",
                        e.Message,
                        pause.TotalSeconds);
                }
                else
                {
                    logger.LogError(e, "Monitoring broke off; next try in {Pause} s, from the last checkpoint", pause.TotalSeconds);
                }

                await Task.Delay(pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>One batch is read, judged and committed at a time; a silent stream is looked at every second.</summary>
    private async Task RunAsync(CancellationToken cancellation)
    {
        await using var reader = await log.JoinAsync(ConsumerGroups.Monitoring, [Topics.Predictions, Topics.Progress], cancellation, exclusive: true);
        (_active, _moved) = (false, false);
        reader.AssignmentChanged += change => (_moved, _active) = (true, change.Assigned.Count > 0);
        var session = await OpenAsync(reader, cancellation);
        try
        {
            while (true)
            {
                var read = reader.ReadAsync(options.Value.ReadBatchSize, cancellation);
                while (!await EndsWithinATickAsync(read, cancellation))
                    session = await WaitAsync(reader, session, cancellation);
                var batch = await read;
                session = await CurrentAsync(reader, session, cancellation);
                (session, var outputs) = await ProcessAsync(reader, session, batch, cancellation);
                await TryCommitAsync(reader, batch, session, outputs, cancellation);
                if (batch.Records.Count < options.Value.ReadBatchSize)
                    await Task.Delay(options.Value.CommitInterval, time, cancellation);
            }
        }
        finally
        {
            session.Dispose();
        }
    }

    private async Task<bool> EndsWithinATickAsync(Task read, CancellationToken cancellation)
    {
        using var passed = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await Task.WhenAny(read, Task.Delay(TickInterval, time, passed.Token));
        await passed.CancelAsync();
        return read.IsCompleted;
    }

    /// <summary>
    /// Nothing is read. Predictions that progress still waits for after a while are not in the log any more; what follows is committed with
    /// the checkpoint.
    /// </summary>
    private async Task<MonitorSession> WaitAsync(IGroupReader reader, MonitorSession session, CancellationToken cancellation)
    {
        if (!_active)
        {
            readiness.MarkReady(ConsumerGroups.Monitoring, "standing by: another monitor has the partitions, or the group is dividing them");
            return session;
        }
        session = await CurrentAsync(reader, session, cancellation);
        if (await ExhaustIfLostAsync(session, new(session.Generation, []), cancellation))
            await TryCommitAsync(reader, new(session.Generation, []), session, session.Pending(time.GetUtcNow()), cancellation);
        return session;
    }

    /// <summary>
    /// Takes a batch, and everything that follows from it. Should that throw, the record that is to blame is found and left out, and
    /// everything else is taken.
    /// </summary>
    private async Task<(MonitorSession Session, IReadOnlyList<NewRecord> Outputs)> ProcessAsync(
        IGroupReader reader, MonitorSession session, ReadBatch batch, CancellationToken cancellation)
    {
        var records = await _reader.ReadAsync(batch.Records, cancellation);
        for (Exception? failure = null; ;)
        {
            if (failure is not null)
            {
                session.Dispose();
                session = await OpenAsync(reader, cancellation);
            }
            try
            {
                session.Take(records);
                await ExhaustIfLostAsync(session, batch, cancellation);
                return (session, session.Pending(time.GetUtcNow()));
            }
            catch (Exception e) when (RecordErrors.MayBeCausedByRecord(e) && records.Any(static read => read.Fault is null))
            {
                failure = e;
                records = await WithoutCulpritAsync(reader, records, e, cancellation);
            }
        }
    }

    /// <summary>The first record with which the batch fails, by bisection: each trial begins at the last checkpoint.</summary>
    private async Task<IReadOnlyList<MonitorRecord>> WithoutCulpritAsync(
        IGroupReader reader,
        IReadOnlyList<MonitorRecord> records,
        Exception failure,
        CancellationToken cancellation)
    {
        var (good, bad) = (0, records.Count);
        while (bad - good > 1)
        {
            var middle = (good + bad) / 2;
            using var trial = await OpenAsync(reader, cancellation);
            (good, bad) = Succeeds(trial, records.Take(middle)) ? (middle, bad) : (good, middle);
        }
        var culprit = records[bad - 1];
        var fault = culprit.Fault ?? new(DeadLetterReasons.ProcessingFailed, $"The monitor cannot process it: {failure.Message}", failure);
        return [.. records.Select(
            read => ReferenceEquals(read, culprit) ? new(read.Record, null, null, fault, read.Prediction?.Origin) : read)];
    }

    private bool Succeeds(MonitorSession session, IEnumerable<MonitorRecord> records)
    {
        try
        {
            session.Take(records);
            session.Pending(time.GetUtcNow());
            return true;
        }
        catch (Exception e) when (RecordErrors.MayBeCausedByRecord(e))
        {
            return false;
        }
    }

    private async Task<bool> ExhaustIfLostAsync(MonitorSession session, ReadBatch batch, CancellationToken cancellation)
    {
        if (!session.IsWaiting || batch.Records.Any(static record => record.Position.Topic == Topics.Predictions))
            _waitingSince = time.GetTimestamp();
        if (!session.IsWaiting || (time.GetElapsedTime(_waitingSince) < LostAfter && !await HasReadAllAsync(session, cancellation)))
            return false;
        session.Exhaust();
        return true;
    }

    /// <summary>
    /// Whether every prediction that stands in the log has been taken: then what progress waits for does not come any more, for a step is
    /// appended with its predictions. Not known where transactions
    /// may still hold records back.
    /// </summary>
    private async Task<bool> HasReadAllAsync(MonitorSession session, CancellationToken cancellation) => !log.HasTransactionMarkers
        && (await log.DescribeAsync([Topics.Predictions], cancellation)).All(
            p => p.Begin == p.End || session.Next.GetValueOrDefault(MonitorSession.Place(new(p.Topic, p.Partition, 0))) >= p.End);

    /// <summary>
    /// The session, or one from the last checkpoint if somebody else may have gone on in between, or a commit was refused.
    /// </summary>
    private async Task<MonitorSession> CurrentAsync(IGroupReader reader, MonitorSession session, CancellationToken cancellation)
    {
        if (!_moved && session.Generation == reader.Generation)
            return session;
        _moved = false;
        session.Dispose();
        return await OpenAsync(reader, cancellation);
    }

    private async Task TryCommitAsync(
        IGroupReader reader,
        ReadBatch batch,
        MonitorSession session,
        IReadOnlyList<NewRecord> outputs,
        CancellationToken cancellation)
    {
        try
        {
            await reader.CommitAsync(batch, outputs, cancellation);
        }
        catch (BatchRevokedException e)
        {
            logger.Log(
                e.InnerException is null ? LogLevel.Information : LogLevel.Warning,
                "A commit was refused, going on from the last checkpoint: {Message}",
                e.Message);
            if (e.InnerException is not null)
                await Task.Delay(TickInterval, time, cancellation); // the log refuses it: not again in haste
            _moved = true;
            return;
        }
        if (session.Duplicates > 0)
            logger.LogInformation("{Count} predictions were delivered before and are not counted again", session.Duplicates);
        if (session.Lost > 0)
            logger.LogWarning("{Count} predictions are in no trend: the log did not hold them any more when the monitor came to them (Log:MaxAge, Log:MaxBytes)", session.Lost);
        session.Committed(time.GetUtcNow(), metrics, faults);
    }

    private async Task<MonitorSession> OpenAsync(IGroupReader reader, CancellationToken cancellation)
    {
        var generation = reader.Generation; // before the checkpoint: if it changes after that, what follows is refused
        var session = await _checkpoints.OpenAsync(generation, cancellation);
        readiness.MarkReady(ConsumerGroups.Monitoring, session.Next.Count == 0 ? "from the beginning" : "from the last checkpoint");
        _waitingSince = time.GetTimestamp();
        return session;
    }
}

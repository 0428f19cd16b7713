using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StreamBert.Contracts;
using StreamBert.Monitoring.Composition;
using StreamBert.Streaming.Hosting;
using StreamBert.Streaming.Log;

namespace StreamBert.Monitoring.Worker;

/// <summary>
/// Reads predictions in the group <c>monitoring</c> and commits trends, alerts and a checkpoint of all state in one atomic step with the
/// offsets: a monitor that was killed goes on with the same windows and the same alerts, none of them twice. The checkpoint covers all
/// partitions, so one instance has them all; others stand by until it leaves or dies.
/// </summary>
public sealed class MonitoringWorker(
    IEventLog log, PipelineCatalog catalog, IOptions<MonitoringOptions> options, MonitoringMetrics metrics,
    Readiness readiness, TimeProvider time, ILogger<MonitoringWorker> logger) : BackgroundService
{
    public const string Group = "monitoring";

    private static readonly TimeSpan TickInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long progress waits for predictions while none are read before they count as deleted: longer than a transaction may be open,
    /// behind which records are not delivered.
    /// </summary>
    private static readonly TimeSpan LostAfter = TimeSpan.FromMinutes(1);

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
                readiness.Waiting(Group, e.Message);
                if (e is LogUnavailableException)
                    logger.LogWarning("The event log cannot be reached: {Message} Next try in {Pause} s, from the last checkpoint.", e.Message, pause.TotalSeconds);
                else
                    logger.LogError(e, "Monitoring broke off; next try in {Pause} s, from the last checkpoint", pause.TotalSeconds);
                await Task.Delay(pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>One batch is read, judged and committed at a time; a silent stream is looked at every second.</summary>
    private async Task RunAsync(CancellationToken cancellation)
    {
        await using var reader = await log.JoinAsync(Group, [Topics.Predictions, Topics.Progress], cancellation, alone: true);
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
                session.Take(batch, Faulty);
                ExhaustIfLost(session, batch);
                await TryCommitAsync(reader, batch, session, cancellation);
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

    /// <summary>Nothing is read. Predictions that progress still waits for after a while are not in the log any more; what follows is committed with the checkpoint.</summary>
    private async Task<MonitorSession> WaitAsync(IGroupReader reader, MonitorSession session, CancellationToken cancellation)
    {
        if (!_active)
        {
            readiness.Ready(Group, "standing by: another monitor has the partitions, or the group is dividing them");
            return session;
        }
        session = await CurrentAsync(reader, session, cancellation);
        if (ExhaustIfLost(session, new(session.Generation, [])))
            await TryCommitAsync(reader, new(session.Generation, []), session, cancellation);
        return session;
    }

    private bool ExhaustIfLost(MonitorSession session, ReadBatch batch)
    {
        if (!session.IsWaiting || batch.Records.Any(static record => record.Position.Topic == Topics.Predictions))
            _waitingSince = time.GetTimestamp();
        if (time.GetElapsedTime(_waitingSince) < LostAfter)
            return false;
        session.Exhaust();
        return true;
    }

    /// <summary>The session, or one from the last checkpoint if somebody else may have gone on in between, or a commit was refused.</summary>
    private async Task<MonitorSession> CurrentAsync(IGroupReader reader, MonitorSession session, CancellationToken cancellation)
    {
        if (!_moved && session.Generation == reader.Generation)
            return session;
        _moved = false;
        session.Dispose();
        return await OpenAsync(reader, cancellation);
    }

    private async Task TryCommitAsync(IGroupReader reader, ReadBatch batch, MonitorSession session, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        try
        {
            await reader.CommitAsync(batch, session.Pending(now), cancellation);
        }
        catch (BatchRevokedException e)
        {
            logger.Log(e.InnerException is null ? LogLevel.Information : LogLevel.Warning, "A commit was refused, going on from the last checkpoint: {Message}", e.Message);
            if (e.InnerException is not null)
                await Task.Delay(TickInterval, time, cancellation); // the log refuses it: not again in haste
            _moved = true;
            return;
        }
        if (session.Duplicates > 0)
            logger.LogInformation("{Count} predictions were delivered before and are not counted again", session.Duplicates);
        if (session.Lost > 0)
            logger.LogWarning("{Count} predictions are in no trend: the log did not hold them any more when the monitor came to them (Log:MaxAge, Log:MaxBytes)", session.Lost);
        session.Committed(now, metrics);
    }

    private async Task<MonitorSession> OpenAsync(IGroupReader reader, CancellationToken cancellation)
    {
        var generation = reader.Generation; // before the checkpoint: if it changes after that, what follows is refused
        var last = await log.FetchLastAsync(Topics.MonitorState, 0, cancellation);
        var state = Restore(last);
        readiness.Ready(Group, last is null ? "from the beginning" : "from the last checkpoint");
        var partitions = await log.DescribeAsync([Topics.Predictions], cancellation);
        _waitingSince = time.GetTimestamp();
        return new(catalog, options.Value, state, generation, partitions.Count);
    }

    private MonitorState Restore(LogRecord? last)
    {
        if (last?.Value is null)
            return new();
        try
        {
            return MonitorState.FromBytes(last.Value);
        }
        catch (InvalidDataException e)
        {
            logger.LogError("The monitor's last checkpoint at {Position} cannot be used and its windows and baselines begin anew: {Message}", last.Position, e.Message);
            return new();
        }
    }

    private void Faulty(LogPosition position, string fault) =>
        logger.LogWarning("The record at {Topic}/{Partition}/{Offset} is left out of the trends: {Fault}.", position.Topic, position.Partition, position.Offset, fault);
}

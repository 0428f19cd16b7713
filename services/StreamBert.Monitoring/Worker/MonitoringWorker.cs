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
/// offsets: a monitor that was killed goes on with the same windows and the same alerts, none of them twice. Run one instance: the
/// checkpoint covers all partitions, so a second instance must only stand by.
/// </summary>
public sealed class MonitoringWorker(
    IEventLog log, PipelineCatalog catalog, IOptions<MonitoringOptions> options, MonitoringMetrics metrics,
    Readiness readiness, TimeProvider time, ILogger<MonitoringWorker> logger) : BackgroundService
{
    public const string Group = "monitoring";

    private static readonly TimeSpan TickInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>Whether partitions came or went since the session was opened. They do while a batch is waited for.</summary>
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
            catch (LogUnavailableException e)
            {
                readiness.Waiting(Group, "the event log cannot be reached");
                logger.LogWarning("The event log cannot be reached: {Message} Next try in {Pause} s, from the last checkpoint.", e.Message, pause.TotalSeconds);
                await Task.Delay(pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>One batch is read, judged and committed at a time; a silent stream is looked at every second.</summary>
    private async Task RunAsync(CancellationToken cancellation)
    {
        await using var reader = await log.JoinAsync(Group, [Topics.Predictions], cancellation);
        _moved = true;
        reader.AssignmentChanged += _ => _moved = true;
        var session = await OpenAsync(cancellation);
        try
        {
            while (true)
            {
                var partitions = await log.DescribeAsync([Topics.Predictions], cancellation);
                session.Expect(partitions);
                var batch = await ReadAsync(reader, session, cancellation);
                if (_moved || (session.Generation is { } generation && generation != batch.Generation))
                {
                    _moved = false;
                    session = await ReopenAsync(session, cancellation); // somebody else may have gone on in between
                    session.Expect(partitions);
                }
                session.Take(batch, time.GetUtcNow(), Faulty);
                session.Tick(time.GetUtcNow());
                if (!await TryCommitAsync(reader, batch, session, cancellation))
                    session = await ReopenAsync(session, cancellation);
                if (batch.Records.Count < options.Value.ReadBatchSize)
                    await Task.Delay(options.Value.CommitInterval, time, cancellation);
            }
        }
        finally
        {
            session.Dispose();
        }
    }

    /// <summary>The next batch; while it does not come, time passes in the live pipelines.</summary>
    private async Task<ReadBatch> ReadAsync(IGroupReader reader, MonitorSession session, CancellationToken cancellation)
    {
        var read = reader.ReadAsync(options.Value.ReadBatchSize, cancellation);
        using var timer = new PeriodicTimer(TickInterval, time);
        while (!read.IsCompleted)
        {
            var tick = timer.WaitForNextTickAsync(cancellation).AsTask();
            if (await Task.WhenAny(read, tick) == read)
                break;
            await tick;
            await PassTimeAsync(session, cancellation);
        }
        return await read;
    }

    /// <summary>
    /// What a silent stream has to tell goes out in one append with the checkpoint: every batch is committed at this point, so the
    /// offsets stay where they are.
    /// </summary>
    private async Task PassTimeAsync(MonitorSession session, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        if (_moved)
            return; // a monitor that stands by, or has to look again where it stands, has nothing to tell
        session.Tick(now);
        if (!session.HasOutputs)
            return;
        await log.AppendAsync(session.Pending(now), cancellation, whole: true);
        session.Committed(now, metrics);
    }

    private async Task<bool> TryCommitAsync(IGroupReader reader, ReadBatch batch, MonitorSession session, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        try
        {
            await reader.CommitAsync(batch, session.Pending(now), cancellation);
        }
        catch (BatchRevokedException e)
        {
            logger.LogInformation("A commit was refused, going on from the last checkpoint: {Message}", e.Message);
            if (e.InnerException is not null)
                await Task.Delay(TickInterval, time, cancellation); // the log refuses it: not again in haste
            return false;
        }
        if (session.Duplicates > 0)
            logger.LogInformation("{Count} predictions were delivered before and are not counted again", session.Duplicates);
        session.Committed(now, metrics);
        return true;
    }

    private async Task<MonitorSession> ReopenAsync(MonitorSession session, CancellationToken cancellation)
    {
        session.Dispose();
        return await OpenAsync(cancellation);
    }

    private async Task<MonitorSession> OpenAsync(CancellationToken cancellation)
    {
        var last = await log.FetchLastAsync(Topics.MonitorState, 0, cancellation);
        var state = Restore(last);
        readiness.Ready(Group, last is null ? "from the beginning" : "from the last checkpoint");
        return new(catalog, options.Value, state);
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

using System.Threading.Channels;
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

    private async Task RunAsync(CancellationToken cancellation)
    {
        await using var reader = await log.JoinAsync(Group, [Topics.Predictions], cancellation);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var batches = Channel.CreateBounded<ReadBatch>(new BoundedChannelOptions(4) { SingleReader = true, SingleWriter = true });
        var pump = PumpAsync(reader, batches.Writer, ending.Token);
        try
        {
            await ConsumeAsync(reader, batches.Reader, ending.Token);
        }
        finally
        {
            await ending.CancelAsync();
            await pump;
        }
    }

    /// <summary>Reads ahead, so that the log and the monitor work at the same time.</summary>
    private async Task PumpAsync(IGroupReader reader, ChannelWriter<ReadBatch> batches, CancellationToken cancellation)
    {
        try
        {
            while (true)
                await batches.WriteAsync(await reader.ReadAsync(options.Value.ReadBatchSize, cancellation), cancellation);
        }
        catch (Exception e)
        {
            batches.Complete(e); // the consumer throws it
        }
    }

    private async Task ConsumeAsync(IGroupReader reader, ChannelReader<ReadBatch> batches, CancellationToken cancellation)
    {
        var session = await OpenAsync(cancellation);
        var refused = int.MinValue;
        using var timer = new PeriodicTimer(TickInterval, time);
        Task<bool>? more = null, tick = null;
        try
        {
            while (true)
            {
                more ??= batches.WaitToReadAsync(cancellation).AsTask();
                tick ??= timer.WaitForNextTickAsync(cancellation).AsTask();
                await Task.WhenAny(more, tick);
                if (tick.IsCompleted)
                {
                    await tick;
                    tick = null;
                    session.Tick(time.GetUtcNow());
                }
                if (more.IsCompleted)
                {
                    await more;
                    more = null;
                }
                while (!session.IsCommitDue(time.GetUtcNow()) && batches.TryRead(out var batch))
                {
                    if (batch.Generation <= refused)
                        continue; // read ahead under an assignment that has ended; it comes again
                    if (session.Generation is { } generation && generation != batch.Generation)
                        session = await ReopenAsync(session, cancellation);
                    session.Take(batch, time.GetUtcNow(), Faulty);
                }
                if (session.IsCommitDue(time.GetUtcNow()) && !await TryCommitAsync(reader, session, cancellation))
                {
                    refused = session.Generation ?? refused;
                    session = await ReopenAsync(session, cancellation);
                }
            }
        }
        finally
        {
            session.Dispose();
        }
    }

    private async Task<bool> TryCommitAsync(IGroupReader reader, MonitorSession session, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var (batch, outputs) = session.Pending(now);
        try
        {
            await reader.CommitAsync(batch, outputs, cancellation);
        }
        catch (BatchRevokedException e)
        {
            logger.LogInformation("A commit was refused, going on from the last checkpoint: {Message}", e.Message);
            return false;
        }
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
        var partitions = await log.DescribeAsync([Topics.Predictions], cancellation);
        var state = Restore(last);
        readiness.Ready(Group, last is null ? "from the beginning" : "from the last checkpoint");
        return new(catalog, options.Value, state, [.. partitions.Select(partition => partition.Partition)], time.GetUtcNow());
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

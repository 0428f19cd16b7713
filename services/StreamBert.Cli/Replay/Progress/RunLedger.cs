using StreamBert.Contracts;
using StreamBert.Operations.Ledger;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.Cli.Replay.Progress;

/// <summary>Reads the ledger of a topic for a replay, and waits until texts are classified.</summary>
internal sealed class RunLedger(IEventLog log, Func<CancellationToken, Task<LedgerView>> readLedger, TimeProvider time)
{

    /// <summary>
    /// The number of polls (half a minute) after which an unbalanced ledger is accepted: a killed worker may leave a transaction open, and
    /// records after it stay invisible until the brokers abort it.
    /// </summary>
    private const int MaxUnbalancedPolls = 150;
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(200);
    private int _appendedSinceCheck;

    /// <summary>Waits until no text of the topic is in flight, all are counted and the monitor has read them.</summary>
    /// <remarks>Other producers may append between two polls, so an unbalanced ledger is accepted only if it stays unbalanced.</remarks>
    /// <param name="minIn">The records that the ledger must contain, because a ledger may be a little old.</param>
    public async Task<LedgerFigures> WaitUntilIdleAsync(PipelineOptions pipeline, long minIn, CancellationToken cancellation)
    {
        for (var unbalanced = 0; ;)
        {
            var view = await readLedger(cancellation);
            var line = view.Topics.First(line => line.Topic == pipeline.Inputs[0]);
            if (line is { InFlight: 0, Out: { } classified, DeadLettered: { } deadLettered } && line.In >= minIn
                && view.Uncounted == 0 && GetMonitorLag(view) == 0 && (line.Balanced == true || ++unbalanced > MaxUnbalancedPolls))
            {
                var eventTime = await FindEventTimeAsync(pipeline, cancellation);
                return new(line.In, classified, deadLettered)
                {
                    Late = eventTime?.Late ?? 0,
                    TooLate = eventTime?.TooLate ?? 0,
                    ClockSkew = eventTime?.ClockSkew.Values.Sum() ?? 0,
                };
            }
            await Task.Delay(PollInterval, time, cancellation);
        }
    }

    /// <summary>
    /// Waits until the texts of a run are classified, and returns the difference from the ledger at the beginning of the run.
    /// </summary>
    public async Task<RunFigures> WaitForCompletionAsync(
        PipelineOptions pipeline, LedgerFigures baseline, long appended, CancellationToken cancellation)
    {
        var final = await WaitUntilIdleAsync(pipeline, baseline.In + appended, cancellation);
        if (log.HasTransactionMarkers)
        {
            await WaitForProgressRecordAsync(cancellation);
            final = await WaitUntilIdleAsync(pipeline, baseline.In + appended, cancellation);
        }
        return new(
            final.In - baseline.In,
            final.Out - baseline.Out,
            final.DeadLettered - baseline.DeadLettered,
            InFlight: 0,
            final.Late - baseline.Late,
            final.TooLate - baseline.TooLate,
            final.ClockSkew - baseline.ClockSkew);
    }

    /// <summary>
    /// Waits while more than <paramref name="maxLag"/> records of the topic are not classified; checks only after several batches.
    /// </summary>
    public async Task WaitForBacklogAsync(PipelineOptions pipeline, int maxLag, int appended, CancellationToken cancellation)
    {
        _appendedSinceCheck += appended;
        if (_appendedSinceCheck < maxLag / 4)
            return;
        _appendedSinceCheck = 0;
        while (await ReadInferenceLagAsync(pipeline, cancellation) > maxLag)
            await Task.Delay(PollInterval, time, cancellation);
    }

    private async Task<long> ReadInferenceLagAsync(PipelineOptions pipeline, CancellationToken cancellation)
    {
        var partitions = await log.LagAsync(ConsumerGroups.Inference, [pipeline.Inputs[0]], cancellation);
        return partitions.Sum(static partition => partition.Lag);
    }

    /// <returns>The latest event-time report of the monitor for the pipeline, or null if there is none.</returns>
    public async Task<EventTimeUpdated?> FindEventTimeAsync(PipelineOptions pipeline, CancellationToken cancellation)
    {
        EventTimeUpdated? latest = null;
        await foreach (var record in log.ReadToEndAsync(Topics.EventTime, null, cancellation, awaitOpenTransactions: true))
        {
            if (LoggedEvent.Read(record).Event is EventTimeUpdated updated && updated.Pipeline == pipeline.Name)
                latest = updated;
        }
        return latest;
    }

    /// <summary>
    /// Waits for the next progress record of the inputs. Transaction markers follow the last text, and a worker recognises the end of the
    /// topic only after reading them; the last windows close then.
    /// </summary>
    private async Task WaitForProgressRecordAsync(CancellationToken cancellation)
    {
        var last = await log.FetchLastAsync(Topics.Progress, 0, cancellation);
        while ((await log.FetchLastAsync(Topics.Progress, 0, cancellation))?.Position == last?.Position)
            await Task.Delay(PollInterval, time, cancellation);
    }

    private static long GetMonitorLag(LedgerView view) =>
        view.Lag.Where(static lag => lag.Group == ConsumerGroups.Monitoring).Sum(static lag => lag.Lag);
}

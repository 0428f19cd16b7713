using System.Text.Json;
using System.Text.Json.Serialization;
using StreamBert.Contracts;
using StreamBert.Operations.Ledger;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.Cli.Replay;

/// <summary>What became of the rows of one run.</summary>
/// <param name="Late">Late texts that revised a window that had closed.</param>
/// <param name="TooLate">Late texts that are in no trend.</param>
/// <param name="ClockSkew">Texts dated after their receipt.</param>
internal sealed record RunFigures(long In, long Out, long DeadLettered, long InFlight, long Late = 0, long TooLate = 0, long ClockSkew = 0)
{
    [JsonIgnore]
    public bool Balanced => In == Out + DeadLettered + InFlight;

    public string ToJson() => JsonSerializer.Serialize(this, ReplayContext.Default.RunFigures);
}

/// <summary>Reads a topic's ledger for a replay: where it rests, how far a run is, whether feeding is too far ahead.</summary>
internal sealed class RunLedger(IEventLog log, Func<CancellationToken, Task<LedgerView>> read, TimeProvider time)
{

    /// <summary>
    /// Half a minute: a worker that was killed may have left a transaction open, behind which outcomes are not seen until the brokers end
    /// it.
    /// </summary>
    private const int UnbalancedLooks = 150;
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);
    private int _unchecked;

    /// <summary>
    /// Waits until nothing of the topic is in flight, everything is counted and the monitor has seen it, and returns its ledger.
    /// </summary>
    /// <remarks>
    /// Other producers may write between two looks; only a ledger that stays unbalanced while all rests is returned as it is.
    /// </remarks>
    /// <param name="atLeast">Records that must have come in: a reading may be a little old.</param>
    public async Task<LedgerFigures> RestingAsync(PipelineOptions pipeline, long atLeast, CancellationToken cancellation)
    {
        for (var unbalanced = 0; ;)
        {
            var view = await read(cancellation);
            var line = view.Topics.First(line => line.Topic == pipeline.Inputs[0]);
            if (line is { InFlight: 0, Out: { } classified, DeadLettered: { } dead } && line.In >= atLeast
                && view.Uncounted == 0 && MonitorLag(view) == 0 && (line.Balanced == true || ++unbalanced > UnbalancedLooks))
            {
                var (late, tooLate, skewed) = await OutOfTimeAsync(pipeline, cancellation);
                return new(line.In, classified, dead) { Late = late, TooLate = tooLate, ClockSkew = skewed };
            }
            await Task.Delay(Poll, time, cancellation);
        }
    }

    /// <summary>Waits as <see cref="RestingAsync"/> does, and returns the difference to the run's beginning.</summary>
    public async Task<RunFigures> SettledAsync(PipelineOptions pipeline, LedgerFigures baseline, long fed, CancellationToken cancellation)
    {
        var now = await RestingAsync(pipeline, baseline.In + fed, cancellation);
        if (log.HasTransactionMarkers && await ReportedAsync(cancellation))
            now = await RestingAsync(pipeline, baseline.In + fed, cancellation);
        return new(now.In - baseline.In, now.Out - baseline.Out, now.DeadLettered - baseline.DeadLettered, 0,
            now.Late - baseline.Late, now.TooLate - baseline.TooLate, now.ClockSkew - baseline.ClockSkew);
    }

    /// <summary>
    /// Waits for the next report of the inputs' progress. Behind the last text stand transaction markers, and a worker knows that it is at
    /// the
    /// end only when it has read them: the last windows close then.
    /// </summary>
    private async Task<bool> ReportedAsync(CancellationToken cancellation)
    {
        var seen = await log.FetchLastAsync(Topics.Progress, 0, cancellation);
        while ((await log.FetchLastAsync(Topics.Progress, 0, cancellation))?.Position == seen?.Position)
            await Task.Delay(Poll, time, cancellation);
        return true;
    }

    /// <summary>The last that the monitor told of the pipeline's event time; null before it told anything.</summary>
    public async Task<EventTimeUpdated?> EventTimeAsync(PipelineOptions pipeline, CancellationToken cancellation)
    {
        EventTimeUpdated? last = null;
        await foreach (var record in log.ReadToEndAsync(Topics.EventTime, null, cancellation, awaitOpenTransactions: true))
        {
            if (LoggedEvent.Read(record).Event is EventTimeUpdated told && told.Pipeline == pipeline.Name)
                last = told;
        }

        return last;
    }

    private async Task<(long Late, long TooLate, long ClockSkew)> OutOfTimeAsync(
        PipelineOptions pipeline,
        CancellationToken cancellation) =>
        await EventTimeAsync(pipeline, cancellation) is { } told ? (told.Late, told.TooLate, told.ClockSkew.Values.Sum()) : default;

    /// <summary>Waits while more than <paramref name="most"/> records of the topic are in flight; looks once in a while only.</summary>
    public async Task NotAheadAsync(PipelineOptions pipeline, int most, int fed, CancellationToken cancellation)
    {
        _unchecked += fed;
        if (_unchecked < most / 4)
            return;
        _unchecked = 0;
        while ((await log.LagAsync(ConsumerGroups.Inference, [pipeline.Inputs[0]], cancellation)).Sum(static partition => partition.Lag) > most)
            await Task.Delay(Poll, time, cancellation);
    }

    private static long MonitorLag(LedgerView view) =>
        view.Lag.Where(static lag => lag.Group == ConsumerGroups.Monitoring).Sum(static lag => lag.Lag);
}

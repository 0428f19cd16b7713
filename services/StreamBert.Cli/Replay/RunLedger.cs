using System.Text.Json;
using System.Text.Json.Serialization;
using StreamBert.Contracts;
using StreamBert.Gateway.Ledger;
using StreamBert.Streaming.Log;

namespace StreamBert.Cli.Replay;

/// <summary>What became of the rows of one run.</summary>
internal sealed record RunFigures(long In, long Out, long DeadLettered, long InFlight)
{
    [JsonIgnore]
    public bool Balanced => In == Out + DeadLettered + InFlight;

    public string ToJson() => JsonSerializer.Serialize(this, ReplayContext.Default.RunFigures);
}

/// <summary>Reads a topic's ledger for a replay: where it rests, how far a run is, whether feeding is too far ahead.</summary>
internal sealed class RunLedger(IEventLog log, Func<CancellationToken, Task<LedgerView>> read, TimeProvider time)
{
    private const string InferenceGroup = "inference";

    /// <summary>Half a minute: a worker that was killed may have left a transaction open, behind which outcomes are not seen until the brokers end it.</summary>
    private const int UnbalancedLooks = 150;
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);
    private int _unchecked;

    /// <summary>Waits until nothing of the topic is in flight, everything is counted and the monitor has seen it, and returns its ledger.</summary>
    /// <remarks>Other producers may write between two looks; only a ledger that stays unbalanced while all rests is returned as it is.</remarks>
    /// <param name="atLeast">Records that must have come in: a reading may be a little old.</param>
    public async Task<LedgerFigures> RestingAsync(PipelineOptions pipeline, long atLeast, CancellationToken cancellation)
    {
        for (var unbalanced = 0; ;)
        {
            var view = await read(cancellation);
            var line = view.Topics.First(line => line.Topic == pipeline.Inputs[0]);
            if (line is { InFlight: 0, Out: { } classified, DeadLettered: { } dead } && line.In >= atLeast
                && view.Uncounted == 0 && MonitorLag(view) == 0 && (line.Balanced == true || ++unbalanced > UnbalancedLooks))
                return new(line.In, classified, dead);
            await Task.Delay(Poll, time, cancellation);
        }
    }

    /// <summary>Waits as <see cref="RestingAsync"/> does, and returns the difference to the run's beginning.</summary>
    public async Task<RunFigures> SettledAsync(PipelineOptions pipeline, LedgerFigures baseline, long fed, CancellationToken cancellation)
    {
        var now = await RestingAsync(pipeline, baseline.In + fed, cancellation);
        return new(now.In - baseline.In, now.Out - baseline.Out, now.DeadLettered - baseline.DeadLettered, 0);
    }

    /// <summary>Waits while more than <paramref name="most"/> records of the topic are in flight; looks once in a while only.</summary>
    public async Task NotAheadAsync(PipelineOptions pipeline, int most, int fed, CancellationToken cancellation)
    {
        _unchecked += fed;
        if (_unchecked < most / 4)
            return;
        _unchecked = 0;
        while ((await log.LagAsync(InferenceGroup, [pipeline.Inputs[0]], cancellation)).Sum(static partition => partition.Lag) > most)
            await Task.Delay(Poll, time, cancellation);
    }

    private static long MonitorLag(LedgerView view) =>
        view.Lag.Where(static lag => lag is { Group: "monitoring", Topic: Topics.Predictions }).Sum(static lag => lag.Lag);
}

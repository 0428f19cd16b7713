using StreamBert.Contracts;
using StreamBert.Monitoring.Composition;
using StreamBert.Privacy;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;

namespace StreamBert.Monitoring.Worker;

/// <summary>Opens the monitor at its last checkpoint that can be used, whatever else stands on the topic.</summary>
internal sealed class MonitorCheckpoints(
    IEventLog log,
    PipelineCatalog catalog,
    MonitoringOptions options,
    PrivacyFilter guard,
    UnusableRecords faults,
    TimeProvider time)
{
    private readonly MonitorReader _reader = new(catalog, log, time.GetUtcNow);

    /// <param name="generation">The assignment of the reader, from before the checkpoint is looked for.</param>
    public async Task<MonitorSession> OpenAsync(int generation, CancellationToken cancellation)
    {
        var ends = await log.DescribeAsync([Topics.Predictions, Topics.Progress], cancellation);
        var unreadable = false;
        var state = await CheckpointFinder.FindLastAsync(
            log,
            Topics.MonitorState,
            0,
            record => Restore(record, ends, ref unreadable),
            cancellation);
        var session = new MonitorSession(
            catalog,
            options,
            state ?? new(),
            guard,
            generation,
            ends.Count(static p => p.Topic == Topics.Predictions));
        if (unreadable && state is not null)
            await CatchUpAsync(session, cancellation);
        return session;
    }

    /// <summary>
    /// The checkpoint is not the last one, which cannot be used: what was committed since is taken once more, and what follows from it is
    /// not told again.
    /// </summary>
    private async Task CatchUpAsync(MonitorSession session, CancellationToken cancellation)
    {
        var lags = await log.LagAsync(ConsumerGroups.Monitoring, [Topics.Predictions, Topics.Progress], cancellation);
        foreach (var topic in lags.GroupBy(static lag => lag.Topic))
        {
            var committed = topic.ToDictionary(static lag => lag.Partition, static lag => lag.Committed);
            var from = topic.ToDictionary(
                static lag => lag.Partition,
                lag => Math.Max(lag.Begin, session.Next.GetValueOrDefault(MonitorSession.Place(new(lag.Topic, lag.Partition, 0)))));
            if (from.All(start => start.Value >= committed[start.Key]))
                continue;
            await foreach (var record in log.ReadToEndAsync(topic.Key, from, cancellation))
            {
                if (record.Position.Offset < committed.GetValueOrDefault(record.Position.Partition))
                    session.Take(await _reader.ReadAsync([record], cancellation));
            }
        }
        session.Forget();
    }

    /// <summary>A checkpoint that stands beyond what the log holds is not one of this log, or not one that a monitor wrote.</summary>
    private MonitorState? Restore(LogRecord record, IReadOnlyList<PartitionInfo> ends, ref bool unreadable)
    {
        var fault = Read(record, out var state) ?? Check(state!, ends);
        if (fault is null)
            return state;
        unreadable = true;
        faults.Report(
            MonitorSession.Reader,
            record.Position,
            fault,
            "The checkpoint before it is used; without one, windows and baselines begin anew.");
        return null;
    }

    private static RecordFault? Read(LogRecord record, out MonitorState? state)
    {
        state = null;
        if (RecordFault.OfDamage(record) is { } damage)
            return damage;
        try
        {
            state = record.Value is null ? null : MonitorState.FromBytes(record.Value);
            return state is null ? RecordFault.InvalidEvent("no value") : null;
        }
        catch (Exception e) when (RecordErrors.MayBeCausedByRecord(e))
        {
            return new(DeadLetterReasons.BadEvent, e.Message, e);
        }
    }

    private static RecordFault? Check(MonitorState state, IReadOnlyList<PartitionInfo> ends) =>
        ends.Any(p => state.Next.GetValueOrDefault(MonitorSession.Place(new(p.Topic, p.Partition, 0))) > p.End)
            ? RecordFault.InvalidEvent("a checkpoint beyond the end of what it read")
            : null;
}

using StreamBert.Contracts;
using StreamBert.Monitoring.Analysis;
using StreamBert.Privacy;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;

namespace StreamBert.Monitoring.Sessions;

/// <summary>Opens sessions from the last usable checkpoint of the log.</summary>
internal sealed class SessionFactory(
    IEventLog log, PipelineCatalog catalog, MonitoringOptions options, PrivacyFilter privacy, UnusableRecords unusable,
    MonitorRecordReader records, TimeProvider time)
{
    /// <summary>The topics that the monitor reads in its consumer group.</summary>
    public static readonly string[] InputTopics = [Topics.Predictions, Topics.Progress, Topics.Rules, Topics.Feedback, Topics.Models];

    /// <summary>Opens a session from the last usable checkpoint, or from the beginning if there is none.</summary>
    /// <param name="generation">The generation of the group reader, read before this call.</param>
    /// <param name="cancellation">Cancels the call.</param>
    public async Task<MonitorSession> OpenAsync(int generation, CancellationToken cancellation)
    {
        var partitions = await log.DescribeAsync(InputTopics, cancellation);
        var (isLastUnusable, committed) = (false, (CommittedOffsets?)null);
        var state = await CheckpointFinder.FindLastAsync(log, Topics.MonitorState, 0, Restore, cancellation);
        var predictionPartitions = partitions.Count(static partition => partition.Topic == Topics.Predictions);
        var schedule = new CheckpointSchedule(options.CheckpointInterval, time);
        var session = new MonitorSession(catalog, options, state ?? new(), privacy, generation, predictionPartitions, schedule);
        if (committed is not null || (isLastUnusable && state is not null))
            await CatchUpAsync(session, committed?.NextOffsets ?? [], cancellation);
        await ReadReferencesAsync(session, cancellation);
        return session;

        MonitorState? Restore(LogRecord record)
        {
            if (Read(record, partitions, out var restored, out var offsets) is not { } fault)
            {
                committed ??= isLastUnusable ? null : offsets;
                return restored;
            }
            isLastUnusable = true;
            unusable.Report(
                ConsumerGroups.Monitoring, record.Position, fault,
                "The monitor uses the checkpoint before it; without one, windows and baselines start again.");
            return null;
        }
    }

    /// <summary>
    /// Processes all changes of rules and the profiles of models before anything else, so that a replay judges each window by the rules
    /// and the profile that are stated for it.
    /// </summary>
    private async Task ReadReferencesAsync(MonitorSession session, CancellationToken cancellation)
    {
        foreach (var topic in new[] { Topics.Rules, Topics.Models })
        {
            await foreach (var record in log.ReadToEndAsync(topic, null, cancellation))
                session.Process(await records.ReadAsync([record], cancellation));
        }
    }

    /// <summary>
    /// Processes the records that were committed after the checkpoint once more. Their outputs have been committed already and are
    /// discarded.
    /// </summary>
    private async Task CatchUpAsync(
        MonitorSession session, IReadOnlyDictionary<string, long> processed, CancellationToken cancellation)
    {
        var lags = await log.LagAsync(ConsumerGroups.Monitoring, InputTopics, cancellation);
        foreach (var topic in lags.GroupBy(static lag => lag.Topic))
        {
            var committed = topic.ToDictionary(
                static lag => lag.Partition, lag => Math.Max(lag.Committed, NextOffset(processed, lag.Topic, lag.Partition)));
            var from = topic.ToDictionary(
                static lag => lag.Partition, lag => Math.Max(lag.Begin, NextOffset(session.NextOffsets, lag.Topic, lag.Partition)));
            if (from.All(start => start.Value >= committed[start.Key]))
                continue;
            await foreach (var record in log.ReadToEndAsync(topic.Key, from, cancellation))
            {
                if (record.Position.Offset < committed.GetValueOrDefault(record.Position.Partition))
                    session.Process(await records.ReadAsync([record], cancellation));
            }
        }
        session.DiscardPending();
    }

    private static long NextOffset(IReadOnlyDictionary<string, long> nextOffsets, string topic, int partition) =>
        nextOffsets.GetValueOrDefault(MonitorSession.PartitionKey(topic, partition));

    /// <summary>Reads a checkpoint or offsets. Those beyond the end of the log do not belong to this log.</summary>
    private static RecordFault? Read(
        LogRecord record, IReadOnlyList<PartitionInfo> partitions, out MonitorState? state, out CommittedOffsets? offsets)
    {
        if (Read(record, out state, out offsets) is { } fault)
            return fault;
        var nextOffsets = state?.NextOffsets ?? offsets?.NextOffsets ?? [];
        return partitions.Any(partition => NextOffset(nextOffsets, partition.Topic, partition.Partition) > partition.End)
            ? RecordFault.InvalidEvent("a checkpoint with offsets beyond the end of the log") : null;
    }

    private static RecordFault? Read(LogRecord record, out MonitorState? state, out CommittedOffsets? offsets)
    {
        (state, offsets) = (null, null);
        if (RecordFault.OfDamage(record) is { } damage)
            return damage;
        if (record.Value is null)
            return RecordFault.InvalidEvent("no value");
        try
        {
            if (EventRecord.Is<CommittedOffsets>(record))
                offsets = CommittedOffsets.FromBytes(record.Value);
            else
                state = MonitorState.FromBytes(record.Value);
            return null;
        }
        catch (Exception e) when (RecordErrors.MayBeCausedByRecord(e))
        {
            return new(DeadLetterReasons.BadEvent, e.Message, e);
        }
    }
}

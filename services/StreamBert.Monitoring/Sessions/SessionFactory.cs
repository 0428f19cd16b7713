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
        var checkpoint = new CheckpointSearch(log, partitions, unusable);
        await checkpoint.RunAsync(cancellation);
        var predictionPartitions = partitions.Count(static partition => partition.Topic == Topics.Predictions);
        var schedule = new CheckpointSchedule(options.CheckpointInterval, time);
        var session = new MonitorSession(catalog, options, checkpoint.State ?? new(), privacy, generation, predictionPartitions, schedule);
        if (checkpoint.IsBehind)
            await CatchUpAsync(session, checkpoint.Committed?.NextOffsets ?? [], cancellation);
        await ReadReferencesAsync(session, cancellation);
        return session;
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
            var read = log.ReadToEndAsync(topic.Key, from, cancellation)
                .Where(record => record.Position.Offset < committed.GetValueOrDefault(record.Position.Partition));
            await foreach (var batch in read.Chunk(options.ReadBatchSize).WithCancellation(cancellation))
                session.Process(await records.ReadAsync(batch, cancellation));
        }
        session.DiscardPending();
    }

    private static long NextOffset(IReadOnlyDictionary<string, long> nextOffsets, string topic, int partition) =>
        nextOffsets.GetValueOrDefault(MonitorSession.PartitionKey(topic, partition));
}

using StreamBert.Contracts;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;

namespace StreamBert.Operations.Ledger;

/// <summary>Reads the topics of the log with the lag of the consumer groups that read them.</summary>
public static class TopicReader
{
    /// <summary>Reads all topics, ordered by name.</summary>
    /// <param name="log">The log.</param>
    /// <param name="pipelines">The configured pipelines, which name the inputs.</param>
    /// <param name="countFor">How long the topics may be read to count their records where offsets do not tell; zero to read none.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">Cancels the reading.</param>
    /// <exception cref="LogUnavailableException">The log cannot be reached.</exception>
    public static async Task<IReadOnlyList<TopicView>> ReadAsync(
        IEventLog log, PipelineCatalog pipelines, TimeSpan countFor, TimeProvider time, CancellationToken cancellation)
    {
        var partitions = await log.DescribeAsync(null, cancellation);
        IReadOnlyDictionary<string, long> counts = log.HasTransactionMarkers && countFor > TimeSpan.Zero
            ? await RecordCounter.CountAsync(log, partitions, countFor, time, cancellation)
            : new Dictionary<string, long>();
        var lags = await ReadLagsAsync(log, pipelines, [.. partitions.Select(static partition => partition.Topic)], cancellation);
        return
        [
            .. partitions.GroupBy(static partition => partition.Topic).OrderBy(static topic => topic.Key, StringComparer.Ordinal)
                .Select(topic => CreateView([.. topic], log.HasTransactionMarkers, counts.TryGetValue(topic.Key, out var count) ? count
                    : null, lags)),
        ];
    }

    private static TopicView CreateView(
        IReadOnlyList<PartitionInfo> partitions, bool hasMarkers, long? counted, IReadOnlyList<(string Group, PartitionLag Partition)> lags)
    {
        var topic = partitions[0].Topic;
        var maximum = partitions.Sum(static partition => partition.RecordsEnd - partition.Begin);
        var lagByGroup = lags.Where(lag => lag.Partition.Topic == topic).GroupBy(static lag => lag.Group)
            .ToDictionary(static group => group.Key, static group => group.Sum(static lag => GetLag(lag.Partition)));
        return new(
            topic, partitions.Count, partitions.Sum(static partition => partition.Begin), partitions.Sum(static partition => partition.End),
            counted ?? maximum, hasMarkers && counted is null && maximum > 0, lagByGroup);
    }

    private static long GetLag(PartitionLag lag) => lag.Committed < lag.RecordsEnd ? lag.Lag : 0;

    private static async Task<IReadOnlyList<(string Group, PartitionLag Partition)>> ReadLagsAsync(
        IEventLog log, PipelineCatalog pipelines, HashSet<string> existing, CancellationToken cancellation)
    {
        var lags = new List<(string Group, PartitionLag Partition)>();
        foreach (var (group, topics) in GetSubscriptions(pipelines))
        {
            if (topics.Where(existing.Contains).ToList() is { Count: > 0 } read)
                lags.AddRange((await log.LagAsync(group, read, cancellation)).Select(partition => (group, partition)));
        }

        return lags;
    }

    private static IEnumerable<(string Group, IReadOnlyList<string> Topics)> GetSubscriptions(PipelineCatalog pipelines) =>
    [
        (ConsumerGroups.Inference, [.. pipelines.All.SelectMany(static pipeline => pipeline.Inputs).Distinct()]),
        (ConsumerGroups.InferenceInteractive, [Topics.Interactive]),
        (ConsumerGroups.InferenceExplain, [Topics.Explain]),
        (ConsumerGroups.InferenceTokenize, [Topics.Tokenize]),
        (ConsumerGroups.Monitoring, [Topics.Predictions]),
        (ConsumerGroups.Alerting, [Topics.Alerts, Topics.AlertActions]),
        (ConsumerGroups.Training, [Topics.Feedback]),
    ];
}

using StreamBert.Contracts;
using StreamBert.Streaming.Hosting;
using StreamBert.Streaming.Log;

namespace StreamBert.Gateway.Ledger;

/// <summary>A topic as an operator sees it.</summary>
/// <param name="Begin">First offsets of its partitions, summed.</param>
/// <param name="End">Next offsets of its partitions, summed: records ever appended.</param>
/// <param name="Lag">By consumer group: records it has not committed yet.</param>
public sealed record TopicView(string Topic, int Partitions, long Begin, long End, IReadOnlyDictionary<string, long> Lag)
{
    public long Records => End - Begin;
}

/// <summary>Reads every topic of the log with the lag of the groups that read it.</summary>
public static class TopicViews
{
    /// <exception cref="LogUnavailableException">The log cannot be reached.</exception>
    public static async Task<IReadOnlyList<TopicView>> ReadAsync(IEventLog log, PipelineCatalog pipelines, CancellationToken cancellation)
    {
        var partitions = await log.DescribeAsync(null, cancellation);
        var present = partitions.Select(static partition => partition.Topic).ToHashSet();
        var lags = new List<(string Group, PartitionLag Partition)>();
        foreach (var (group, topics) in Readers(pipelines))
            if (topics.Where(present.Contains).ToList() is { Count: > 0 } read)
                lags.AddRange((await log.LagAsync(group, read, cancellation)).Select(partition => (group, partition)));
        return
        [
            .. partitions.GroupBy(static partition => partition.Topic).OrderBy(static topic => topic.Key, StringComparer.Ordinal).Select(topic => new TopicView(
                topic.Key, topic.Count(), topic.Sum(static partition => partition.Begin), topic.Sum(static partition => partition.End),
                lags.Where(lag => lag.Partition.Topic == topic.Key).GroupBy(static lag => lag.Group)
                    .ToDictionary(static group => group.Key, static group => group.Sum(static lag => lag.Partition.Lag)))),
        ];
    }

    private static IEnumerable<(string Group, IReadOnlyList<string> Topics)> Readers(PipelineCatalog pipelines) =>
    [
        (ConsumerGroups.Inference, [.. pipelines.All.SelectMany(static pipeline => pipeline.Inputs).Distinct()]),
        (ConsumerGroups.InferenceInteractive, [Topics.Interactive]),
        (ConsumerGroups.InferenceExplain, [Topics.Explain]),
        (ConsumerGroups.Monitoring, [Topics.Predictions]),
        (ConsumerGroups.Training, [Topics.Feedback]),
    ];
}

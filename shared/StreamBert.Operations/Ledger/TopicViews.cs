using StreamBert.Contracts;
using StreamBert.Streaming.Hosting;
using StreamBert.Streaming.Log;

namespace StreamBert.Operations.Ledger;

/// <summary>A topic as an operator sees it.</summary>
/// <param name="Begin">First offsets of its partitions, summed.</param>
/// <param name="End">Next offsets of its partitions, summed.</param>
/// <param name="Records">Records it holds; on Kafka, where transaction markers take offsets too, this may be an upper bound.</param>
/// <param name="RecordsAreUpperBound">Whether its records were not counted, so that transaction markers may be among them.</param>
/// <param name="Lag">By consumer group: how far it is behind; 0 if it has every record.</param>
public sealed record TopicView(
    string Topic, int Partitions, long Begin, long End, long Records, bool RecordsAreUpperBound, IReadOnlyDictionary<string, long> Lag);

/// <summary>Reads every topic of the log with the lag of the groups that read it.</summary>
public static class TopicViews
{
    /// <param name="countFor">How long the topics may be read to count their records, where offsets do not tell; zero: they are not
    /// read.</param>
    /// <exception cref="LogUnavailableException">The log cannot be reached.</exception>
    public static async Task<IReadOnlyList<TopicView>> ReadAsync(
        IEventLog log, PipelineCatalog pipelines, TimeSpan countFor, TimeProvider time, CancellationToken cancellation)
    {
        var partitions = await log.DescribeAsync(null, cancellation);
        var counts = log.LeavesMarks && countFor > TimeSpan.Zero
            ? await RecordCount.ReadAsync(log, partitions, countFor, time, cancellation)
            : null;
        var lags = await LagsAsync(log, pipelines, [.. partitions.Select(static partition => partition.Topic)], cancellation);
        return [.. partitions.GroupBy(static partition => partition.Topic).OrderBy(static topic => topic.Key, StringComparer.Ordinal)
            .Select(topic => View(
                topic.Key,
                [.. topic],
                log.LeavesMarks,
                counts?.TryGetValue(topic.Key, out var count) == true ? count : null,
                lags))];
    }

    private static TopicView View(
        string topic, IReadOnlyList<PartitionInfo> partitions, bool hasMarkers, long? counted, IReadOnlyList<(string Group, PartitionLag Partition)> lags)
    {
        var most = partitions.Sum(static partition => partition.RecordsEnd - partition.Begin);
        return new(
            topic, partitions.Count, partitions.Sum(static partition => partition.Begin), partitions.Sum(static partition => partition.End),
            counted ?? most, hasMarkers && counted is null && most > 0,
            lags.Where(lag => lag.Partition.Topic == topic).GroupBy(static lag => lag.Group)
                .ToDictionary(static group => group.Key, static group => group.Sum(static lag => Behind(lag.Partition))));
    }

    private static long Behind(PartitionLag lag) => lag.Committed < lag.RecordsEnd ? lag.Lag : 0;

    private static async Task<IReadOnlyList<(string Group, PartitionLag Partition)>> LagsAsync(
        IEventLog log, PipelineCatalog pipelines, HashSet<string> present, CancellationToken cancellation)
    {
        var lags = new List<(string Group, PartitionLag Partition)>();
        foreach (var (group, topics) in Readers(pipelines))
        {
            if (topics.Where(present.Contains).ToList() is { Count: > 0 } read)
                lags.AddRange((await log.LagAsync(group, read, cancellation)).Select(partition => (group, partition)));
        }

        return lags;
    }

    private static IEnumerable<(string Group, IReadOnlyList<string> Topics)> Readers(PipelineCatalog pipelines) =>
    [
        (ConsumerGroups.Inference, [.. pipelines.All.SelectMany(static pipeline => pipeline.Inputs).Distinct()]),
        (ConsumerGroups.InferenceInteractive, [Topics.Interactive]),
        (ConsumerGroups.InferenceExplain, [Topics.Explain]),
        (ConsumerGroups.InferenceTokenize, [Topics.Tokenize]),
        (ConsumerGroups.Monitoring, [Topics.Predictions]),
        (ConsumerGroups.Training, [Topics.Feedback]),
    ];
}

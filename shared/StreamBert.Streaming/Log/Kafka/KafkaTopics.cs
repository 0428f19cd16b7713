using System.Globalization;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Microsoft.Extensions.Logging;

namespace StreamBert.Streaming.Log.Kafka;

/// <summary>Topics and their partitions, as the brokers tell them.</summary>
internal sealed class KafkaTopics(IAdminClient admin, KafkaSettings settings, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan LeaderPause = TimeSpan.FromMilliseconds(200);

    /// <summary>Half a minute: twice as long as the brokers leave a transaction of ours open.</summary>
    private const int SettlingLooks = 150;

    /// <summary>Creates what is missing and returns when every topic has its leaders.</summary>
    public async Task CreateAsync(IReadOnlyCollection<TopicSpec> topics, CancellationToken cancellation)
    {
        var known = await KnownAsync(cancellation);
        var missing = topics.DistinctBy(static t => t.Name).Where(t => !known.ContainsKey(t.Name)).ToList();
        if (missing.Count > 0)
            await KafkaClients.AskAsync(() => RequestAsync(missing));
        while ((await LedAsync(cancellation)) is var led && !topics.All(t => led.Contains(t.Name)))
            await Task.Delay(LeaderPause, time, cancellation);
    }

    /// <summary>Unknown topics are left out.</summary>
    public async Task<IReadOnlyList<PartitionInfo>> DescribeAsync(IReadOnlyCollection<string>? topics, CancellationToken cancellation)
    {
        var known = await KnownAsync(cancellation);
        var partitions = (topics ?? [.. known.Keys.Where(static t => !t.StartsWith("__", StringComparison.Ordinal))])
            .Distinct().Order(StringComparer.Ordinal)
            .SelectMany(t => known.GetValueOrDefault(t) ?? [])
            .ToList();
        return await RangesAsync(partitions);
    }

    public async Task<PartitionInfo?> FindAsync(string topic, int partition, CancellationToken cancellation) =>
        (await DescribeAsync([topic], cancellation)).FirstOrDefault(p => p.Partition == partition);

    /// <summary>The partitions of a topic once the transactions that are open in it now have ended.</summary>
    /// <exception cref="LogUnavailableException">
    /// One stays open for longer than the brokers let transactions of ours be; or the topic is not known: services make theirs before anything else, so that must not pass for empty.
    /// </exception>
    public async Task<IReadOnlyList<PartitionInfo>> DescribeSettledAsync(string topic, CancellationToken cancellation)
    {
        var partitions = (await KnownAsync(cancellation)).GetValueOrDefault(topic) ?? throw new LogUnavailableException($"The brokers do not know {topic} at the moment.");
        var written = await OffsetsAsync(partitions, OffsetSpec.Latest(), IsolationLevel.ReadUncommitted);
        for (var left = SettlingLooks; ; left--)
        {
            var described = await RangesAsync(partitions);
            if (described.All(p => p.End >= written[new(p.Topic, p.Partition)]))
                return described;
            if (left == 0)
                throw new LogUnavailableException($"A transaction on {topic} does not end.");
            await Task.Delay(LeaderPause, time, cancellation);
        }
    }

    /// <summary>The partitions of the topics. Blocks; for threads that poll.</summary>
    /// <exception cref="KafkaException">The brokers do not answer, or do not know a topic at the moment.</exception>
    public List<TopicPartition> Partitions(IReadOnlyCollection<string> topics)
    {
        var known = Known(admin.GetMetadata(KafkaClients.Patience));
        return [.. topics.SelectMany(topic => known.GetValueOrDefault(topic)
            ?? throw new KafkaException(new Error(ErrorCode.UnknownTopicOrPart, $"the brokers do not know {topic} at the moment")))];
    }

    private async Task<IReadOnlyList<PartitionInfo>> RangesAsync(List<TopicPartition> partitions)
    {
        if (partitions.Count == 0)
            return [];
        var (begins, ends) = (await OffsetsAsync(partitions, OffsetSpec.Earliest()), await OffsetsAsync(partitions, OffsetSpec.Latest()));
        return [.. partitions.Select(p => new PartitionInfo(p.Topic, p.Partition, begins[p], ends[p]))];
    }

    /// <summary>The end is that of what is committed: records of open transactions do not count yet.</summary>
    private async Task<Dictionary<TopicPartition, long>> OffsetsAsync(List<TopicPartition> partitions, OffsetSpec spec, IsolationLevel isolation = IsolationLevel.ReadCommitted)
    {
        var result = await KafkaClients.AskAsync(() => admin.ListOffsetsAsync(
            partitions.Select(p => new TopicPartitionOffsetSpec { TopicPartition = p, OffsetSpec = spec }),
            new() { IsolationLevel = isolation, RequestTimeout = KafkaClients.Patience }));
        return result.ResultInfos.ToDictionary(static r => r.TopicPartitionOffsetError.TopicPartition, static r => r.TopicPartitionOffsetError.Offset.Value);
    }

    private async Task<Dictionary<string, List<TopicPartition>>> KnownAsync(CancellationToken cancellation) => Known(await MetadataAsync(cancellation));

    /// <summary>The topics whose partitions all have a leader.</summary>
    private async Task<HashSet<string>> LedAsync(CancellationToken cancellation) => [.. (await MetadataAsync(cancellation)).Topics
        .Where(static t => !t.Error.IsError && t.Partitions.Count > 0 && t.Partitions.All(static p => p.Leader >= 0)).Select(static t => t.Topic)];

    /// <summary>Asks about all topics at once: a question about one by name may create it.</summary>
    private Task<Metadata> MetadataAsync(CancellationToken cancellation) => KafkaClients.AskAsync(
        () => KafkaPolling.OnOwnThreadAsync(() => admin.GetMetadata(KafkaClients.Patience)).WaitAsync(cancellation));

    /// <summary>Partitions without a leader too: they are there, and nobody may take them for gone.</summary>
    private static Dictionary<string, List<TopicPartition>> Known(Metadata metadata) => metadata.Topics
        .Where(static t => !t.Error.IsError && t.Partitions.Count > 0)
        .ToDictionary(static t => t.Topic, static t => t.Partitions.Select(p => new TopicPartition(t.Topic, p.PartitionId)).OrderBy(static p => p.Partition.Value).ToList());

    private async Task<bool> RequestAsync(List<TopicSpec> topics)
    {
        if (!settings.CreateTopics)
            return await AskForAsync(topics);
        try
        {
            await admin.CreateTopicsAsync(topics.Select(Specification), new() { RequestTimeout = KafkaClients.Patience });
        }
        catch (CreateTopicsException e) when (e.Results.All(static r => r.Error.Code is ErrorCode.NoError or ErrorCode.TopicAlreadyExists))
        {
            logger.LogDebug("Another process created the same topics at the same time");
        }
        catch (KafkaException e) when (e.Error.Code is ErrorCode.Local_UnsupportedFeature or ErrorCode.UnsupportedVersion)
        {
            return await AskForAsync(topics);
        }
        return true;
    }

    /// <summary>Brokers that create topics by themselves do so when they are asked about them.</summary>
    private async Task<bool> AskForAsync(List<TopicSpec> topics)
    {
        logger.LogInformation("Waiting for {Count} topics that the brokers or their administrator create: {Topics}", topics.Count, topics.Select(static t => t.Name));
        await KafkaPolling.OnOwnThreadAsync(() => topics.Select(t => admin.GetMetadata(t.Name, KafkaClients.Patience)).ToList());
        return true;
    }

    private TopicSpecification Specification(TopicSpec topic) => new()
    {
        Name = topic.Name,
        NumPartitions = topic.Partitions,
        ReplicationFactor = settings.Replicas > 0 ? settings.Replicas : (short)-1,
        Configs = new()
        {
            ["retention.ms"] = Number((long?)topic.MaxAge?.TotalMilliseconds),
            ["retention.bytes"] = Number(topic.MaxBytes),
            ["max.message.bytes"] = Number(KafkaSettings.MaxMessageBytes),
        },
    };

    private static string Number(long? value) => (value ?? -1).ToString(CultureInfo.InvariantCulture);
}

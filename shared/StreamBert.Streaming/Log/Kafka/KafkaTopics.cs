using System.Globalization;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Microsoft.Extensions.Logging;

namespace StreamBert.Streaming.Log.Kafka;

/// <summary>Topics and their partitions, as the brokers tell them.</summary>
/// <param name="listOffsets">The admin client's method of that name, which its interface lacks.</param>
internal sealed class KafkaTopics(
    IAdminClient admin, Func<IEnumerable<TopicPartitionOffsetSpec>, ListOffsetsOptions, Task<ListOffsetsResult>> listOffsets, KafkaClients clients, TimeProvider time)
{
    private static readonly TimeSpan LeaderPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan FirstMarkerPause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LongestMarkerPause = TimeSpan.FromMilliseconds(200);

    /// <summary>Twice as long as the brokers leave a transaction of ours open.</summary>
    private static readonly TimeSpan LongestTransaction = TimeSpan.FromSeconds(30);

    private KafkaSettings Settings => clients.Settings;

    /// <summary>Creates what is missing and returns when every partition has a leader that answers.</summary>
    public async Task CreateAsync(IReadOnlyCollection<TopicSpec> topics, CancellationToken cancellation)
    {
        var known = await KnownAsync(cancellation);
        var missing = topics.DistinctBy(static t => t.Name).Where(t => !known.ContainsKey(t.Name)).ToList();
        if (missing.Count > 0)
            await clients.QueryAsync(left => RequestAsync(missing, left), cancellation);
        while (!await AnswerAsync([.. topics.Select(static t => t.Name).Distinct()], cancellation))
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
        return await RangesAsync(partitions, cancellation);
    }

    public async Task<PartitionInfo?> FindAsync(string topic, int partition, CancellationToken cancellation) =>
        (await DescribeAsync([topic], cancellation)).FirstOrDefault(p => p.Partition == partition);

    /// <summary>
    /// The partitions of a topic once the transactions that are open in it now have ended. Brokers answer a commit before they have written
    /// its markers, and only behind these the
    /// records are committed for readers: whoever reads what was just committed reads up to here.
    /// </summary>
    /// <exception cref="LogUnavailableException">
    /// One stays open for longer than the brokers let transactions of ours be; or the topic is not known: services make theirs before
    /// anything else, so that must not pass for empty.
    /// </exception>
    public async Task<IReadOnlyList<PartitionInfo>> DescribeSettledAsync(string topic, CancellationToken cancellation)
    {
        var partitions = await clients.QueryAsync(async left => Known(await MetadataAsync(left)).GetValueOrDefault(topic)
            ?? throw new LogUnavailableException($"The brokers do not know {topic} at the moment."), cancellation);
        var written = await OffsetsAsync(partitions, OffsetSpec.Latest(), cancellation, IsolationLevel.ReadUncommitted);
        var begun = time.GetTimestamp();
        for (var pause = FirstMarkerPause; ; pause = pause * 2 < LongestMarkerPause ? pause * 2 : LongestMarkerPause)
        {
            var described = await RangesAsync(partitions, cancellation);
            if (described.All(p => p.End >= written[new(p.Topic, p.Partition)]))
                return described;
            if (time.GetElapsedTime(begun) > LongestTransaction)
                throw new LogUnavailableException($"A transaction on {topic} does not end.");
            await Task.Delay(pause, time, cancellation);
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

    private async Task<IReadOnlyList<PartitionInfo>> RangesAsync(List<TopicPartition> partitions, CancellationToken cancellation)
    {
        if (partitions.Count == 0)
            return [];
        var (begins, ends) = (await OffsetsAsync(partitions, OffsetSpec
            .Earliest(), cancellation), await OffsetsAsync(partitions, OffsetSpec.Latest(), cancellation));
        return [.. partitions.Select(p => new PartitionInfo(p.Topic, p.Partition, begins[p], ends[p]))];
    }

    /// <summary>The end is that of what is committed: records of open transactions do not count yet.</summary>
    private async Task<Dictionary<TopicPartition, long>> OffsetsAsync(
        List<TopicPartition> partitions, OffsetSpec spec, CancellationToken cancellation, IsolationLevel isolation = IsolationLevel.ReadCommitted)
    {
        var result = await clients.QueryAsync(left => ListAsync(partitions, spec, isolation, left), cancellation);
        return result.ResultInfos
            .ToDictionary(static r => r.TopicPartitionOffsetError.TopicPartition, static r => r.TopicPartitionOffsetError.Offset.Value);
    }

    private Task<ListOffsetsResult> ListAsync(
        List<TopicPartition> partitions,
        OffsetSpec spec,
        IsolationLevel isolation,
        TimeSpan timeout) => listOffsets(
        partitions.Select(p => new TopicPartitionOffsetSpec { TopicPartition = p, OffsetSpec = spec }), new()
        {
            IsolationLevel = isolation,
            RequestTimeout = timeout
        });

    /// <summary>
    /// Whether the topics are there and each partition has a leader that answers: a broker that was just elected may not know it yet, and
    /// refuses what it is asked.
    /// </summary>
    private async Task<bool> AnswerAsync(IReadOnlyList<string> topics, CancellationToken cancellation)
    {
        var led = (await clients.QueryAsync(MetadataAsync, cancellation)).Topics
            .Where(
                t => topics.Contains(t.Topic) && !t.Error.IsError && t.Partitions.Count > 0 && t.Partitions.All(static p => p.Leader >= 0)).ToList();
        if (led.Count < topics.Count)
            return false;
        try
        {
            await KafkaClients.AskAsync(
                () => ListAsync([.. led.SelectMany(Partitions)], OffsetSpec.Latest(), IsolationLevel.ReadCommitted, Settings.QueryTimeout)).WaitAsync(cancellation);
            return true;
        }
        catch (LogUnavailableException e)
        {
            clients.Logger.LogDebug("A partition has a leader that does not answer yet: {Reason}", e.Message);
            return false;
        }
    }

    private async Task<Dictionary<string, List<TopicPartition>>> KnownAsync(CancellationToken cancellation)
        => Known(await clients.QueryAsync(MetadataAsync, cancellation));

    /// <summary>Asks about all topics at once: a question about one by name may create it.</summary>
    private Task<Metadata> MetadataAsync(TimeSpan timeout) => KafkaPolling.OnOwnThreadAsync(() => admin.GetMetadata(timeout));

    /// <summary>Partitions without a leader too: they are there, and nobody may take them for gone.</summary>
    private static Dictionary<string, List<TopicPartition>> Known(Metadata metadata) => metadata.Topics
        .Where(static t => !t.Error.IsError && t.Partitions.Count > 0)
        .ToDictionary(static t => t.Topic, static t => Partitions(t).ToList());

    private static IEnumerable<TopicPartition> Partitions(TopicMetadata topic) =>
        topic.Partitions.Select(p => new TopicPartition(topic.Topic, p.PartitionId)).OrderBy(static p => p.Partition.Value);

    private async Task<bool> RequestAsync(List<TopicSpec> topics, TimeSpan timeout)
    {
        if (!Settings.CreateTopics)
            return await AskForAsync(topics, timeout);
        try
        {
            await admin.CreateTopicsAsync(topics.Select(Specification), new() { RequestTimeout = timeout });
        }
        catch (CreateTopicsException e) when (e.Results.All(static r => r.Error.Code is ErrorCode.NoError or ErrorCode.TopicAlreadyExists))
        {
            clients.Logger.LogDebug("Another process created the same topics at the same time");
        }
        catch (KafkaException e) when (e.Error.Code is ErrorCode.Local_UnsupportedFeature or ErrorCode.UnsupportedVersion)
        {
            return await AskForAsync(topics, timeout);
        }
        return true;
    }

    /// <summary>Brokers that create topics by themselves do so when they are asked about them.</summary>
    private async Task<bool> AskForAsync(List<TopicSpec> topics, TimeSpan timeout)
    {
        clients.Logger.LogInformation(
            "Waiting for {Count} topics that the brokers or their administrator create: {Topics}",
            topics.Count,
            topics.Select(static t => t.Name));
        await KafkaPolling.OnOwnThreadAsync(() => topics.Select(t => admin.GetMetadata(t.Name, timeout)).ToList());
        return true;
    }

    private TopicSpecification Specification(TopicSpec topic) => new()
    {
        Name = topic.Name,
        NumPartitions = topic.Partitions,
        ReplicationFactor = Settings.Replicas > 0 ? Settings.Replicas : (short)-1,
        Configs = new()
        {
            ["retention.ms"] = Number((long?)topic.MaxAge?.TotalMilliseconds),
            ["retention.bytes"] = Number(topic.MaxBytes),
            ["max.message.bytes"] = Number(KafkaSettings.MaxMessageBytes),
        },
    };

    private static string Number(long? value) => (value ?? -1).ToString(CultureInfo.InvariantCulture);
}

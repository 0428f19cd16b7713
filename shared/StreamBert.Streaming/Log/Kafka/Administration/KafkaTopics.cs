using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Microsoft.Extensions.Logging;
using StreamBert.Streaming.Log.Kafka.Clients;

namespace StreamBert.Streaming.Log.Kafka.Administration;

/// <summary>Creates topics and describes their partitions.</summary>
/// <param name="admin">Sends the requests.</param>
/// <param name="listOffsets">The admin client's method of that name, which its interface lacks.</param>
/// <param name="clients">Retries the requests.</param>
internal sealed class KafkaTopics(
    IAdminClient admin,
    Func<IEnumerable<TopicPartitionOffsetSpec>, ListOffsetsOptions, Task<ListOffsetsResult>> listOffsets,
    KafkaClients clients)
{
    private static readonly TimeSpan LeaderPollInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan FirstMarkerDelay = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan MaxMarkerDelay = TimeSpan.FromMilliseconds(200);

    /// <summary>Twice the transaction timeout of StreamBert's producers.</summary>
    private static readonly TimeSpan MaxTransactionDuration = TimeSpan.FromSeconds(30);

    private readonly KafkaTopicCreator _creator = new(admin, clients);

    /// <summary>Creates missing topics and returns when the leader of every partition answers.</summary>
    public async Task CreateAsync(IReadOnlyCollection<TopicSpec> topics, CancellationToken cancellation)
    {
        var known = await ListPartitionsAsync(cancellation);
        var missing = topics.DistinctBy(static t => t.Name).Where(t => !known.ContainsKey(t.Name)).ToList();
        if (missing.Count > 0)
            await clients.QueryAsync(left => _creator.CreateAsync(missing, left), cancellation);
        while (!await AreReadyAsync([.. topics.Select(static t => t.Name).Distinct()], cancellation))
            await Task.Delay(LeaderPollInterval, clients.Time, cancellation);
    }

    /// <summary>Describes the partitions of the topics, or of all topics; unknown topics are omitted.</summary>
    public async Task<IReadOnlyList<PartitionInfo>> DescribeAsync(IReadOnlyCollection<string>? topics, CancellationToken cancellation)
    {
        var known = await ListPartitionsAsync(cancellation);
        var partitions = (topics ?? [.. known.Keys.Where(static t => !t.StartsWith("__", StringComparison.Ordinal))])
            .Distinct().Order(StringComparer.Ordinal)
            .SelectMany(t => known.GetValueOrDefault(t) ?? [])
            .ToList();
        return await DescribeRangesAsync(partitions, cancellation);
    }

    public async Task<PartitionInfo?> FindAsync(string topic, int partition, CancellationToken cancellation) =>
        (await DescribeAsync([topic], cancellation)).FirstOrDefault(p => p.Partition == partition);

    /// <summary>
    /// Describes the partitions of a topic after its currently open transactions have ended. Brokers acknowledge a commit before they have
    /// written its transaction markers, and readers see its records only after the markers: a caller that must read what was just committed
    /// reads up to these ends.
    /// </summary>
    /// <exception cref="LogUnavailableException">
    /// A transaction stays open beyond the timeout of StreamBert's producers; or the topic is unknown: services create their topics first,
    /// so an unknown topic must not count as empty.
    /// </exception>
    public async Task<IReadOnlyList<PartitionInfo>> DescribeAfterOpenTransactionsAsync(string topic, CancellationToken cancellation)
    {
        var partitions = await clients.QueryAsync(
            async left => PartitionsByTopic(await GetMetadataAsync(left)).GetValueOrDefault(topic)
                ?? throw new LogUnavailableException($"The brokers do not know the topic {topic} at the moment."),
            cancellation);
        var written = await ListOffsetsAsync(partitions, OffsetSpec.Latest(), cancellation, IsolationLevel.ReadUncommitted);
        var started = clients.Time.GetTimestamp();
        for (var delay = FirstMarkerDelay; ; delay = delay * 2 < MaxMarkerDelay ? delay * 2 : MaxMarkerDelay)
        {
            var described = await DescribeRangesAsync(partitions, cancellation);
            if (described.All(p => p.End >= written[new(p.Topic, p.Partition)]))
                return described;
            if (clients.Time.GetElapsedTime(started) > MaxTransactionDuration)
            {
                throw new LogUnavailableException(
                    $"A transaction on the topic {topic} has not ended within {MaxTransactionDuration.TotalSeconds} s.");
            }

            await Task.Delay(delay, clients.Time, cancellation);
        }
    }

    /// <summary>Lists the partitions of the topics. It blocks and is meant for polling threads.</summary>
    /// <exception cref="KafkaException">The brokers do not answer, or do not know a topic at the moment.</exception>
    public List<TopicPartition> ListPartitions(IReadOnlyCollection<string> topics)
    {
        var known = PartitionsByTopic(admin.GetMetadata(KafkaClients.RequestTimeout));
        return [.. topics.SelectMany(topic => known.GetValueOrDefault(topic)
            ?? throw new KafkaException(
                new Error(ErrorCode.UnknownTopicOrPart, $"the brokers do not know the topic {topic} at the moment")))];
    }

    private async Task<IReadOnlyList<PartitionInfo>> DescribeRangesAsync(List<TopicPartition> partitions, CancellationToken cancellation)
    {
        if (partitions.Count == 0)
            return [];
        var begins = await ListOffsetsAsync(partitions, OffsetSpec.Earliest(), cancellation);
        var ends = await ListOffsetsAsync(partitions, OffsetSpec.Latest(), cancellation);
        return [.. partitions.Select(p => new PartitionInfo(p.Topic, p.Partition, begins[p], ends[p]))];
    }

    /// <summary>Lists offsets; by default the end is that of committed records, without the records of open transactions.</summary>
    private async Task<Dictionary<TopicPartition, long>> ListOffsetsAsync(
        List<TopicPartition> partitions, OffsetSpec spec, CancellationToken cancellation,
        IsolationLevel isolation = IsolationLevel.ReadCommitted)
    {
        var result = await clients.QueryAsync(left => ListOffsetsOnceAsync(partitions, spec, isolation, left), cancellation);
        return result.ResultInfos.ToDictionary(
            static r => r.TopicPartitionOffsetError.TopicPartition, static r => r.TopicPartitionOffsetError.Offset.Value);
    }

    private Task<ListOffsetsResult> ListOffsetsOnceAsync(
        List<TopicPartition> partitions, OffsetSpec spec, IsolationLevel isolation, TimeSpan timeout) => listOffsets(
            partitions.Select(p => new TopicPartitionOffsetSpec { TopicPartition = p, OffsetSpec = spec }),
            new() { IsolationLevel = isolation, RequestTimeout = timeout });

    /// <summary>
    /// Tells whether the topics exist and the leader of each partition answers: a broker that was just elected may not know it yet, and
    /// refuses requests.
    /// </summary>
    private async Task<bool> AreReadyAsync(IReadOnlyList<string> topics, CancellationToken cancellation)
    {
        var metadata = await clients.QueryAsync(GetMetadataAsync, cancellation);
        var led = metadata.Topics.Where(t => topics.Contains(t.Topic) && HasLeaders(t)).ToList();
        if (led.Count < topics.Count)
            return false;
        try
        {
            await KafkaClients.RequestAsync(() => ListOffsetsOnceAsync(
                [.. led.SelectMany(PartitionsOf)], OffsetSpec.Latest(), IsolationLevel.ReadCommitted, clients.Settings.QueryTimeout))
                .WaitAsync(cancellation);
            return true;
        }
        catch (LogUnavailableException e)
        {
            clients.Logger.LogDebug("The leader of a partition does not answer yet: {Reason}", e.Message);
            return false;
        }
    }

    private async Task<Dictionary<string, List<TopicPartition>>> ListPartitionsAsync(CancellationToken cancellation) =>
        PartitionsByTopic(await clients.QueryAsync(GetMetadataAsync, cancellation));

    /// <summary>Requests the metadata of all topics at once: a request for one topic by name may create it.</summary>
    private Task<Metadata> GetMetadataAsync(TimeSpan timeout) => BlockingCalls.RunAsync(() => admin.GetMetadata(timeout));

    /// <summary>Groups partitions by topic, also those without a leader: they exist and must not count as deleted.</summary>
    private static Dictionary<string, List<TopicPartition>> PartitionsByTopic(Metadata metadata) => metadata.Topics
        .Where(static t => !t.Error.IsError && t.Partitions.Count > 0)
        .ToDictionary(static t => t.Topic, static t => PartitionsOf(t).ToList());

    private static IEnumerable<TopicPartition> PartitionsOf(TopicMetadata topic) =>
        topic.Partitions.Select(p => new TopicPartition(topic.Topic, p.PartitionId)).OrderBy(static p => p.Partition.Value);

    private static bool HasLeaders(TopicMetadata topic) =>
        !topic.Error.IsError && topic.Partitions.Count > 0 && topic.Partitions.All(static p => p.Leader >= 0);
}

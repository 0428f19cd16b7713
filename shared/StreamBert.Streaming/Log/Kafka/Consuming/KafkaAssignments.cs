using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamBert.Streaming.Log.Kafka.Administration;
using StreamBert.Streaming.Log.Kafka.Clients;

namespace StreamBert.Streaming.Log.Kafka.Consuming;

/// <summary>Decides which partitions a reader reads of those that its group assigns to it, and fetches their committed offsets.</summary>
/// <param name="clients">Logs the retries.</param>
/// <param name="consumer">The consumer of the reader.</param>
/// <param name="group">The consumer group.</param>
/// <param name="topics">The topics of the reader.</param>
/// <param name="exclusiveTopics">Lists the partitions of the topics for an exclusive reader; null for a reader that shares them.</param>
/// <param name="leaving">Ends retries when the reader leaves the group.</param>
internal sealed class KafkaAssignments(
    KafkaClients clients, IConsumer<byte[], byte[]> consumer, string group, IReadOnlyCollection<string> topics,
    KafkaTopics? exclusiveTopics, CancellationToken leaving)
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(100);

    private readonly List<string> _topics = [.. topics.Distinct().Order(StringComparer.Ordinal)];

    /// <summary>
    /// Returns the partitions to read. An exclusive reader reads all partitions if it is assigned the first partition of the first topic,
    /// which the brokers assign to one reader only, and none otherwise.
    /// </summary>
    public List<TopicPartition> Select(List<TopicPartition> assigned) => exclusiveTopics is null ? assigned
        : assigned.Contains(new(_topics[0], 0)) ? exclusiveTopics.ListPartitions(_topics) : [];

    /// <summary>Returns the partitions that a revocation takes from the reader: all of an exclusive one.</summary>
    public List<TopicPartition> SelectRevoked(List<TopicPartitionOffset> revoked) =>
        exclusiveTopics is null ? [.. revoked.Select(static p => p.TopicPartition)] : consumer.Assignment;

    /// <summary>
    /// Fetches the committed offsets; a partition without one starts at its beginning. After an error librdkafka would stop delivering such
    /// partitions without a message; so they are fetched here, and a reader that cannot fetch them fails.
    /// </summary>
    public List<TopicPartitionOffset> FetchCommitted(List<TopicPartition> partitions)
    {
        for (var left = KafkaCommitter.RebalanceRetries; ; left--)
        {
            try
            {
                return [.. consumer.Committed(partitions, KafkaClients.RequestTimeout).Select(StartOf)];
            }
            catch (KafkaException e) when (left > 0 && !leaving.IsCancellationRequested)
            {
                clients.Logger.LogWarning(
                    "Fetching the committed offsets of consumer group '{Group}' is retried: {Reason}", group, e.Error.Reason);
                leaving.WaitHandle.WaitOne(RetryDelay);
            }
        }
    }

    private static TopicPartitionOffset StartOf(TopicPartitionOffset committed) =>
        new(committed.TopicPartition, committed.Offset == Offset.Unset ? Offset.Beginning : committed.Offset);
}

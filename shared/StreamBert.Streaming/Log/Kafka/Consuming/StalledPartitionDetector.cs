using Confluent.Kafka;

namespace StreamBert.Streaming.Log.Kafka.Consuming;

/// <summary>
/// Detects partitions that deliver nothing after they were assigned or sought. Each partition delivers a record or its end at once;
/// librdkafka was observed to lose a partition after a seek, which only a new reader finds again. Only the polling thread uses this.
/// </summary>
internal sealed class StalledPartitionDetector(string group)
{
    private static readonly TimeSpan StallTimeout = TimeSpan.FromSeconds(15);
    private readonly HashSet<TopicPartition> _pending = [];
    private TimeSpan _waited;

    /// <summary>Expects each of these partitions to deliver something.</summary>
    public void Expect(IEnumerable<TopicPartition> partitions)
    {
        _pending.UnionWith(partitions);
        _waited = TimeSpan.Zero;
    }

    public void Remove(IEnumerable<TopicPartition> partitions) => _pending.ExceptWith(partitions);

    /// <param name="delivering">The partition that delivered something; null if none did.</param>
    /// <param name="elapsed">The duration of the poll.</param>
    /// <exception cref="LogUnavailableException">A partition has stalled.</exception>
    public void Observe(TopicPartition? delivering, TimeSpan elapsed)
    {
        if (delivering is not null)
            _pending.Remove(delivering);
        _waited = _pending.Count > 0 ? _waited + elapsed : TimeSpan.Zero;
        if (_waited > StallTimeout)
        {
            throw new LogUnavailableException(
                $"Partitions {string.Join(", ", _pending)} deliver neither records nor their ends; the reader "
                + $"of consumer group '{group}' must be replaced.");
        }
    }
}

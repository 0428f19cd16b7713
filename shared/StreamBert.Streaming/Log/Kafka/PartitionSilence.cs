using Confluent.Kafka;

namespace StreamBert.Streaming.Log.Kafka;

/// <summary>
/// Notices partitions that say nothing after they were taken on or sought in. Each gives a record or its end at once; librdkafka has been
/// seen to lose one that
/// it was told to seek in, which only a new reader finds again. Used by the polling thread alone.
/// </summary>
internal sealed class PartitionSilence(string group)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(15);
    private readonly HashSet<TopicPartition> _silent = [];
    private TimeSpan _lasts;

    /// <summary>Something must come from each of these.</summary>
    public void Await(IEnumerable<TopicPartition> partitions)
    {
        _silent.UnionWith(partitions);
        _lasts = TimeSpan.Zero;
    }

    public void Forget(IEnumerable<TopicPartition> partitions) => _silent.ExceptWith(partitions);

    /// <param name="heard">Who spoke; null: nobody.</param>
    /// <param name="waited">How long it took.</param>
    /// <exception cref="LogUnavailableException">One has been silent for too long.</exception>
    public void Listen(TopicPartition? heard, TimeSpan waited)
    {
        if (heard is not null)
            _silent.Remove(heard);
        _lasts = _silent.Count > 0 ? _lasts + waited : TimeSpan.Zero;
        if (_lasts > Longest)
        {
            throw new LogUnavailableException(
                $"Nothing comes from {string.Join(", ", _silent)}, not even their ends; this reader of '{group}' must be replaced.");
        }
    }
}

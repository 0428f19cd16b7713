namespace StreamBert.Monitoring.Windows;

/// <summary>
/// The event time reached in a pipeline: the earliest among the latest event times of its partitions, so that a partition read ahead
/// of the others does not make theirs late. A partition that brought none of the pipeline's last N records does not hold it back.
/// </summary>
public sealed class PartitionClocks
{
    /// <summary>Per partition: the latest event time seen and the number of the record that was seen last there.</summary>
    public Dictionary<int, Clock> Partitions { get; set; } = [];

    /// <summary>Records of the pipeline so far.</summary>
    public long Records { get; set; }

    public sealed class Clock
    {
        public DateTimeOffset Latest { get; set; }
        public long LastRecord { get; set; }
    }

    /// <summary>A partition from which records may come: until one does, it holds the time back.</summary>
    public void Expect(int partition) => Partitions.TryAdd(partition, new() { Latest = DateTimeOffset.MinValue, LastRecord = Records });

    public void Observe(int partition, DateTimeOffset eventTime)
    {
        Records++;
        if (!Partitions.TryGetValue(partition, out var clock))
            Partitions[partition] = clock = new();
        clock.LastRecord = Records;
        if (eventTime > clock.Latest)
            clock.Latest = eventTime;
    }

    public DateTimeOffset Reached(int idleRecords)
    {
        var reached = DateTimeOffset.MaxValue;
        foreach (var clock in Partitions.Values)
        {
            if (Records - clock.LastRecord < idleRecords && clock.Latest < reached)
                reached = clock.Latest;
        }
        return reached == DateTimeOffset.MaxValue ? DateTimeOffset.MinValue : reached;
    }
}

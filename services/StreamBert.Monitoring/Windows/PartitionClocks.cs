namespace StreamBert.Monitoring.Windows;

/// <summary>
/// The event time reached in a pipeline. Partitions are read one after the other, so while some are behind (they hold records not yet
/// read) the slowest of those counts: what they still bring must not be late only because another was read first. With none behind, the
/// latest event time counts.
/// </summary>
public sealed class PartitionClocks
{
    /// <summary>Partition → latest event time of the pipeline seen there.</summary>
    public Dictionary<int, DateTimeOffset> Latest { get; set; } = [];

    public void Observe(int partition, DateTimeOffset eventTime)
    {
        if (eventTime > Latest.GetValueOrDefault(partition))
            Latest[partition] = eventTime;
    }

    public DateTimeOffset Reached(IReadOnlySet<int> behind)
    {
        var reached = DateTimeOffset.MinValue;
        foreach (var latest in Latest.Values)
            reached = latest > reached ? latest : reached;
        foreach (var partition in behind)
        {
            var latest = Latest.GetValueOrDefault(partition);
            reached = latest < reached ? latest : reached;
        }
        return reached;
    }
}

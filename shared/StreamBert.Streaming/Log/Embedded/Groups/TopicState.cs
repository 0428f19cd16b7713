namespace StreamBert.Streaming.Log.Embedded.Groups;

/// <summary>A topic with its partitions and its retention.</summary>
internal sealed class TopicState(string name, IReadOnlyList<PartitionState> partitions)
{
    private int _next = -1;

    public string Name => name;
    public IReadOnlyList<PartitionState> Partitions => partitions;
    public TimeSpan? MaxAge { get; set; }
    public long? MaxBytes { get; set; }

    /// <summary>Selects the partition of a record: the named one, otherwise by its key, otherwise round-robin.</summary>
    public PartitionState PartitionFor(NewRecord record) => partitions[record switch
    {
        { Partition: { } partition } => partition,
        { Key: { } key } => KeyPartitioner.PartitionFor(key, partitions.Count),
        _ => (_next = (_next + 1) % partitions.Count),
    }];
}

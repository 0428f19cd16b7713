namespace StreamBert.Streaming.Log.Embedded.Groups;

/// <summary>The partitions of a member, and the offset from which it starts in each.</summary>
internal sealed record Assignment(int Generation, IReadOnlyList<PartitionState> Partitions, IReadOnlyList<long> Starts);

/// <summary>A reader of a group as the writer sees it: its assignment and its batches in flight.</summary>
internal sealed class GroupMember(GroupState group, IReadOnlyCollection<string> topics, bool isExclusive)
{
    private volatile Assignment _assigned = new(0, [], []);
    private volatile bool _hasLeft;

    public GroupState Group => group;
    public IReadOnlyCollection<string> Topics => topics;
    public bool IsExclusive => isExclusive;
    public Assignment Assigned => _assigned;
    public bool HasLeft => _hasLeft;
    public EmbeddedBatches InFlight { get; } = new();

    /// <summary>Marks the member as left; its batches can no longer be committed.</summary>
    public void Leave() => _hasLeft = true;

    /// <summary>Called by the writer: assigns partitions and thereby revokes everything in flight.</summary>
    public void Assign(IReadOnlyList<PartitionState> partitions) =>
        _assigned = new(_assigned.Generation + 1, partitions, [.. partitions.Select(group.Position)]);

    /// <summary>Called by the writer: tells why a batch cannot be committed; null if it can.</summary>
    public Exception? FindCommitError(ReadBatch batch)
    {
        if (_hasLeft || batch.Generation != _assigned.Generation || (batch.Records.Count == 0 && _assigned.Partitions.Count == 0))
        {
            return new BatchRevokedException(
                $"The batch was read in generation {batch.Generation} of a member of the group '{group.Name}'; "
                + $"its partitions have been reassigned since (generation {_assigned.Generation}).");
        }
        return batch.Records.Count == 0 || InFlight.BeginsWith(batch)
            ? null
            : new InvalidOperationException($"Batches of '{group.Name}' must be committed once and in the order in which they were read.");
    }

    /// <summary>Called by the writer: removes the batch that is being committed.</summary>
    public void RemoveBatch(ReadBatch batch)
    {
        if (batch.Records.Count > 0)
            InFlight.Remove(batch);
    }
}

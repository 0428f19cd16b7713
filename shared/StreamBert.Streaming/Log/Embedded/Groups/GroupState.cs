using System.Collections.Concurrent;

namespace StreamBert.Streaming.Log.Embedded.Groups;

/// <summary>A consumer group: its committed offsets and its members.</summary>
internal sealed class GroupState(string name)
{
    public string Name => name;
    public ConcurrentDictionary<PartitionState, long> Committed { get; } = [];
    public List<GroupMember> Members { get; } = [];

    /// <summary>
    /// The offset from which the group continues: its committed offset, but not before the first record that still exists.
    /// </summary>
    public long Position(PartitionState partition) => Math.Max(Committed.GetValueOrDefault(partition), partition.Begin);

    /// <summary>
    /// Assigns the partitions to the members round-robin, or all of them to the first exclusive member. Only members whose assignment
    /// changes get a new generation; their batches in flight are revoked.
    /// </summary>
    public void Rebalance(LogState log)
    {
        foreach (var (member, partitions) in Assignments(log))
        {
            if (!member.Assigned.Partitions.SequenceEqual(partitions))
                member.Assign(partitions);
        }
    }

    private Dictionary<GroupMember, List<PartitionState>> Assignments(LogState log)
    {
        var assignments = Members.ToDictionary(static member => member, static _ => new List<PartitionState>());
        var next = 0;
        foreach (var topic in Members.SelectMany(static member => member.Topics).Distinct().Order(StringComparer.Ordinal))
        {
            var candidates = Members.Where(member => member.Topics.Contains(topic)).ToList();
            if (candidates.Find(static member => member.IsExclusive) is { } first)
                candidates = [first];
            foreach (var partition in log.Topic(topic).Partitions)
                assignments[candidates[next++ % candidates.Count]].Add(partition);
        }
        return assignments;
    }
}

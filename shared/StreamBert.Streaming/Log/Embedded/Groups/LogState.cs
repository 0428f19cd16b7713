using System.Collections.Concurrent;

namespace StreamBert.Streaming.Log.Embedded.Groups;

/// <summary>The topics and groups of the log in memory. Only the writer changes them; everybody else reads published values.</summary>
internal sealed class LogState
{
    public ConcurrentDictionary<string, TopicState> Topics { get; } = new(StringComparer.Ordinal);
    public ConcurrentDictionary<string, GroupState> Groups { get; } = new(StringComparer.Ordinal);

    /// <summary>Wakes readers when records have been appended or an assignment has changed.</summary>
    public Signal Changed { get; } = new();

    /// <exception cref="InvalidOperationException">The topic does not exist.</exception>
    public TopicState Topic(string name) => Topics.GetValueOrDefault(name)
        ?? throw new InvalidOperationException($"There is no topic '{name}' in the log; create it with CreateTopicsAsync first.");

    public PartitionState? Find(string topic, int partition) =>
        Topics.GetValueOrDefault(topic) is { } state && partition >= 0 && partition < state.Partitions.Count
            ? state.Partitions[partition]
            : null;

    public GroupState Group(string name) => Groups.GetOrAdd(name, static name => new GroupState(name));
}

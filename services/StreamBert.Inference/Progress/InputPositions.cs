using System.Collections.Concurrent;
using StreamBert.Streaming.Log;

namespace StreamBert.Inference.Progress;

/// <summary>The partitions a reader has been assigned, and up to where each has been processed and committed.</summary>
internal sealed class InputPositions(IEventLog log, string group, IReadOnlyCollection<string> topics)
{
    private readonly ConcurrentQueue<AssignmentChange> _changes = [];
    private readonly SortedDictionary<(string Topic, int Partition), long?> _next = [];

    public void Clear()
    {
        _changes.Clear();
        _next.Clear();
    }

    /// <summary>Takes note of an assignment change; may be called from any thread.</summary>
    public void Change(AssignmentChange change) => _changes.Enqueue(change);

    /// <summary>
    /// The assigned partitions, each with the offset after what is committed; new ones start where the group had committed.
    /// </summary>
    public async Task<IReadOnlyDictionary<(string Topic, int Partition), long>> ReadAsync(CancellationToken cancellation)
    {
        while (_changes.TryDequeue(out var change))
            Apply(change);
        if (_next.ContainsValue(null))
            await StartAsync(cancellation);
        return _next.Where(static position => position.Value is not null)
            .ToDictionary(static position => position.Key, static position => position.Value!.Value);
    }

    /// <summary>A commit moved a partition on; one that has been revoked meanwhile is left out.</summary>
    public void Advance(string topic, int partition, long next)
    {
        if (_next.TryGetValue((topic, partition), out var position) && (position ?? 0) < next)
            _next[(topic, partition)] = next;
    }

    private void Apply(AssignmentChange change)
    {
        foreach (var revoked in change.Revoked)
            _next.Remove(revoked);
        foreach (var assigned in change.Assigned)
            _next[assigned] = null;
    }

    private async Task StartAsync(CancellationToken cancellation)
    {
        foreach (var lag in await log.LagAsync(group, topics, cancellation))
        {
            if (_next.TryGetValue((lag.Topic, lag.Partition), out var position) && position is null)
                _next[(lag.Topic, lag.Partition)] = Math.Max(lag.Committed, lag.Begin);
        }
    }
}

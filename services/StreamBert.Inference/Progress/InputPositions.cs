using System.Collections.Concurrent;
using StreamBert.Streaming.Log;

namespace StreamBert.Inference.Progress;

/// <summary>The partitions assigned to a reader, and the committed position of each.</summary>
internal sealed class InputPositions(IEventLog log, string group, IReadOnlyCollection<string> topics)
{
    private readonly ConcurrentQueue<AssignmentChange> _changes = [];

    /// <summary>The offset after the last committed record; null until it has been read from the log.</summary>
    private readonly SortedDictionary<(string Topic, int Partition), long?> _committed = [];

    public void Clear()
    {
        _changes.Clear();
        _committed.Clear();
    }

    /// <summary>Records an assignment change; any thread may call this.</summary>
    public void RecordChange(AssignmentChange change) => _changes.Enqueue(change);

    /// <summary>Returns the committed position of each assigned partition; reads those of newly assigned ones from the log.</summary>
    public async Task<IReadOnlyDictionary<(string Topic, int Partition), long>> ReadAsync(CancellationToken cancellation)
    {
        while (_changes.TryDequeue(out var change))
            Apply(change);
        if (_committed.ContainsValue(null))
            await ReadCommittedAsync(cancellation);
        return _committed.Where(static position => position.Value is not null)
            .ToDictionary(static position => position.Key, static position => position.Value.GetValueOrDefault());
    }

    /// <summary>Advances a partition after a commit; ignores one that has been revoked meanwhile.</summary>
    public void Advance(string topic, int partition, long next)
    {
        if (_committed.TryGetValue((topic, partition), out var position) && (position ?? 0) < next)
            _committed[(topic, partition)] = next;
    }

    private void Apply(AssignmentChange change)
    {
        foreach (var revoked in change.Revoked)
            _committed.Remove(revoked);
        foreach (var assigned in change.Assigned)
            _committed[assigned] = null;
    }

    private async Task ReadCommittedAsync(CancellationToken cancellation)
    {
        foreach (var lag in await log.LagAsync(group, topics, cancellation))
        {
            if (_committed.TryGetValue((lag.Topic, lag.Partition), out var position) && position is null)
                _committed[(lag.Topic, lag.Partition)] = Math.Max(lag.Committed, lag.Begin);
        }
    }
}

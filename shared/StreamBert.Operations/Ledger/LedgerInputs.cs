using StreamBert.Contracts;
using StreamBert.Operations.Records;
using StreamBert.Streaming.Log;

namespace StreamBert.Operations.Ledger;

/// <summary>Tracks which offsets of the input partitions hold records. <see cref="LedgerCounter"/> synchronizes the access.</summary>
internal sealed class LedgerInputs
{
    /// <summary>The most transaction markers that are expected between two records.</summary>
    private const int MaxConsecutiveMarkers = 16;

    private readonly Dictionary<string, LedgerInput> _inputs = [];
    private readonly HashSet<string> _registered = [];

    /// <summary>The number of partitions that the configured pipelines read.</summary>
    public int RegisteredCount => _registered.Count;

    public bool IsRegistered(string partition) => _registered.Contains(partition);

    public Dictionary<string, LedgerInput> ToDictionary() => new(_inputs);

    public void Restore(LedgerSnapshot snapshot)
    {
        // A partition with counts and without scanned offsets counts from its first offset.
        foreach (var partition in snapshot.Counts.Keys)
            _inputs[partition] = new(0, 0, 0);
        foreach (var (partition, input) in snapshot.Inputs)
            _inputs[partition] = input;
    }

    /// <summary>Adds the partitions of the configured inputs. A new one starts at its first record in the log.</summary>
    public void Register(IEnumerable<PartitionInfo> partitions)
    {
        foreach (var partition in partitions)
        {
            var key = PartitionKey.Of(partition.Topic, partition.Partition);
            _inputs.TryAdd(key, new(partition.Begin, partition.Begin, 0));
            _registered.Add(key);
        }
    }

    /// <summary>
    /// Gets the offsets at which the scan of an input topic resumes. Offsets that retention has deleted unscanned count as records.
    /// </summary>
    public Dictionary<int, long> ResumeScan(IReadOnlyList<PartitionInfo> partitions) =>
        partitions.ToDictionary(static p => p.Partition, Resume);

    /// <summary>
    /// Whether more offsets are missing before one of these records than transactions leave markers, or its partition is not known yet.
    /// Then retention has
    /// deleted records, or the topic has a new partition.
    /// </summary>
    public bool HasGap(IReadOnlyList<LogRecord> records)
    {
        var next = new Dictionary<string, long>();
        foreach (var position in records.Select(static record => record.Position))
        {
            var key = PartitionKey.Of(position);
            var expected = next.TryGetValue(key, out var known) ? known : _inputs.GetValueOrDefault(key)?.Next;
            if (expected is null || position.Offset - expected > MaxConsecutiveMarkers)
                return true;
            next[key] = position.Offset + 1;
        }
        return false;
    }

    /// <summary>Marks records of an input topic as scanned, in their order. Offsets between them hold no records.</summary>
    public void Advance(IReadOnlyList<LogRecord> records)
    {
        foreach (var position in records.Select(static record => record.Position))
        {
            var key = PartitionKey.Of(position);
            if (_inputs.GetValueOrDefault(key) is { } input && position.Offset >= input.Next)
                _inputs[key] = input with { Next = position.Offset + 1, Gaps = input.Gaps + position.Offset - input.Next };
        }
    }

    /// <summary>Lets a partition start no later than a record of which an outcome exists.</summary>
    public void Include(RecordPosition origin)
    {
        var key = PartitionKey.Of(origin.Topic, origin.Partition);
        var input = _inputs.GetValueOrDefault(key);
        if (input is null || origin.Offset < input.Start)
            _inputs[key] = (input ?? new(0, origin.Offset, 0)) with { Start = origin.Offset };
    }

    private long Resume(PartitionInfo partition)
    {
        var key = PartitionKey.Of(partition.Topic, partition.Partition);
        var input = _inputs.GetValueOrDefault(key) ?? new(partition.Begin, partition.Begin, 0);
        _inputs[key] = input with { Next = Math.Max(input.Next, partition.Begin) };
        return _inputs[key].Next;
    }
}

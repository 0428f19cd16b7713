using System.Collections.Concurrent;
using StreamBert.Streaming.Log.Embedded.Storage;

namespace StreamBert.Streaming.Log.Embedded.Groups;

/// <summary>What the one writer knows of the log. Others read the published values; only the writer changes them.</summary>
internal sealed class LogState
{
    public ConcurrentDictionary<string, TopicState> Topics { get; } = new(StringComparer.Ordinal);
    public ConcurrentDictionary<string, GroupState> Groups { get; } = new(StringComparer.Ordinal);

    /// <summary>Pulsed when records have been appended or an assignment has changed.</summary>
    public Signal Changed { get; } = new();

    /// <exception cref="InvalidOperationException">There is no such topic.</exception>
    public TopicState Topic(string name) => Topics.GetValueOrDefault(name)
        ?? throw new InvalidOperationException($"There is no topic '{name}' in the log; create it with CreateTopicsAsync first.");

    public PartitionState? Find(string topic, int partition) =>
        Topics.GetValueOrDefault(topic) is { } state && partition >= 0 && partition < state.Partitions.Count
            ? state.Partitions[partition]
            : null;

    public GroupState Group(string name) => Groups.GetOrAdd(name, static name => new GroupState(name));
}

internal sealed class TopicState(string name, IReadOnlyList<PartitionState> partitions)
{
    private int _turn = -1;

    public string Name => name;
    public IReadOnlyList<PartitionState> Partitions => partitions;
    public TimeSpan? MaxAge { get; set; }
    public long? MaxBytes { get; set; }

    public PartitionState PartitionFor(NewRecord record) => partitions[record switch
    {
        { Partition: { } partition } => partition,
        { Key: { } key } => KeyPartitioner.PartitionFor(key, partitions.Count),
        _ => (_turn = (_turn + 1) % partitions.Count),
    }];
}

/// <param name="losses">What a repair could not recover of it.</param>
internal sealed class PartitionState(long id, PartitionEntry entry, IReadOnlyList<LossEntry> losses)
{
    private long _begin = entry.Begin;
    private long _end = entry.End;

    public long Id => id;
    public string Topic => entry.Topic;
    public int Number => entry.Number;

    /// <summary>Records from this offset on have a checksum.</summary>
    public long ChecksumFrom => entry.ChecksumFrom;

    /// <summary>How many records have none.</summary>
    public long WithoutChecksum => Math.Max(0, Math.Min(ChecksumFrom, End) - Begin);

    /// <summary>Offset of the first record.</summary>
    public long Begin => Volatile.Read(ref _begin);

    /// <summary>Offset of the next record to come; everything below it is durable.</summary>
    public long End => Volatile.Read(ref _end);

    /// <summary>Bytes of its records.</summary>
    public long Bytes { get; private set; } = entry.Bytes;

    /// <summary>The writer's own view inside its transaction.</summary>
    public long PendingEnd { get; private set; } = entry.End;
    public long PendingBytes { get; private set; } = entry.Bytes;

    public long Take(int size)
    {
        PendingBytes += size;
        return PendingEnd++;
    }

    /// <summary>What the catalog holds of it, inside the writer's transaction.</summary>
    public PartitionEntry Entry() => entry with { Begin = Begin, End = PendingEnd, Bytes = PendingBytes };

    /// <summary>The loss that an offset belongs to; null: none was recorded.</summary>
    public LossEntry? Loss(long offset) => losses.FirstOrDefault(loss => offset >= loss.From && offset < loss.To);

    public void Publish()
    {
        Bytes = PendingBytes;
        Volatile.Write(ref _end, PendingEnd);
    }

    public void Forget() => (PendingEnd, PendingBytes) = (End, Bytes);

    /// <summary>Its oldest records are gone.</summary>
    public void Trim(long begin, long bytes)
    {
        Volatile.Write(ref _begin, begin);
        Bytes = PendingBytes = bytes;
    }
}

/// <summary>A consumer group: what it has committed and who reads.</summary>
internal sealed class GroupState(string name)
{
    public string Name => name;
    public ConcurrentDictionary<PartitionState, long> Committed { get; } = [];
    public List<EmbeddedGroupReader> Readers { get; } = [];

    /// <summary>Where the group goes on: its committed offset, but not before the first record that still exists.</summary>
    public long Position(PartitionState partition) => Math.Max(Committed.GetValueOrDefault(partition), partition.Begin);

    /// <summary>
    /// Shares the partitions among the readers in turn, or gives all to the first who is to have them alone. Only readers whose share
    /// changes get a new generation;
    /// what they have in flight is theirs no more.
    /// </summary>
    public void Rebalance(LogState log)
    {
        var shares = Readers.ToDictionary(static reader => reader, static _ => new List<PartitionState>());
        var turn = 0;
        foreach (var topic in Readers.SelectMany(static r => r.Topics).Distinct().Order(StringComparer.Ordinal))
        {
            var takers = Readers.Where(r => r.Topics.Contains(topic)).ToList();
            if (takers.Find(static reader => reader.IsExclusive) is { } first)
                takers = [first];
            foreach (var partition in log.Topic(topic).Partitions)
                shares[takers[turn++ % takers.Count]].Add(partition);
        }
        foreach (var (reader, share) in shares)
        {
            if (!reader.Assigned.Partitions.SequenceEqual(share))
                reader.Assign(share);
        }
    }
}

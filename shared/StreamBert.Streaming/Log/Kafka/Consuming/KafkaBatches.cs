using Confluent.Kafka;

namespace StreamBert.Streaming.Log.Kafka.Consuming;

/// <summary>
/// Keeps the batches that a reader has returned and not committed, all of one generation. The reader's poll and its commits run
/// concurrently and synchronize here; every operation is short and holds one lock.
/// </summary>
/// <param name="group">The consumer group.</param>
/// <param name="exclusive">Whether the reader has all partitions or none; a revocation then invalidates everything.</param>
internal sealed class KafkaBatches(string group, bool exclusive)
{
    private readonly Lock _gate = new();
    private readonly Queue<PendingBatch> _batches = [];
    private readonly Dictionary<TopicPartition, Offset> _committed = [];

    /// <summary>The group's committed offset of each assigned partition, as far as the reader knows.</summary>
    private readonly Dictionary<TopicPartition, Offset> _positions = [];
    private KafkaBatchBuilder _open = new(0);
    private int _generation;
    private bool _mustRewind;

    /// <summary>Whether the consumer must seek to the committed offsets before it may return records.</summary>
    public bool MustRewind
    {
        get
        {
            lock (_gate)
                return _mustRewind;
        }
    }

    public int Generation
    {
        get
        {
            lock (_gate)
                return _generation;
        }
    }

    /// <summary>Registers assigned partitions and the offsets from which they are read.</summary>
    public void Assigned(IEnumerable<TopicPartitionOffset> positions)
    {
        lock (_gate)
        {
            foreach (var position in positions)
                _positions[position.TopicPartition] = position.Offset == Offset.Beginning ? 0 : position.Offset;
        }
    }

    public KafkaBatchBuilder BeginBatch()
    {
        lock (_gate)
            return _open = new(_generation);
    }

    /// <summary>Adds a read to the batches; returns null if it is empty or was invalidated.</summary>
    public ReadBatch? Add(KafkaBatchBuilder builder)
    {
        lock (_gate)
        {
            if (_mustRewind || builder.Generation != _generation || builder.Records.Count == 0)
                return null;
            var batch = new ReadBatch(_generation, builder.Records);
            _batches.Enqueue(new(batch, builder.NextOffsets));
            _open = new(_generation);
            return batch;
        }
    }

    /// <summary>Tells whether uncommitted batches contain records of these partitions.</summary>
    public bool Contains(IReadOnlyCollection<TopicPartition> partitions)
    {
        lock (_gate)
            return _batches.Any(batch => partitions.Any(batch.NextOffsets.ContainsKey));
    }

    /// <summary>
    /// Removes revoked partitions. Batches without their records stay valid; if a batch has some, all batches become invalid.
    /// </summary>
    public void Revoked(IReadOnlyCollection<TopicPartition> partitions)
    {
        lock (_gate)
        {
            if (exclusive || Contains(partitions))
                Invalidate();
            _open.Remove(partitions);
            foreach (var partition in partitions)
            {
                _committed.Remove(partition);
                _positions.Remove(partition);
            }
        }
    }

    /// <summary>Invalidates all uncommitted batches: a commit failed, or the consumer read records again.</summary>
    public void Invalidate()
    {
        lock (_gate)
        {
            _generation++;
            _mustRewind = true;
            _batches.Clear();
            _committed.Clear();
            _open = new(_generation);
        }
    }

    /// <summary>Starts a new generation after the consumer has sought to the committed offsets. No commit may be running.</summary>
    /// <param name="positions">The committed offsets.</param>
    public void MarkRewound(IEnumerable<TopicPartitionOffset> positions)
    {
        lock (_gate)
        {
            _mustRewind = false;
            _generation++;
            _open = new(_generation);
            Assigned(positions);
        }
    }

    /// <summary>Returns the offsets that commit a batch, which may be several batches joined by <see cref="ReadBatch.Join"/>.</summary>
    /// <exception cref="BatchRevokedException">The batch belongs to an earlier generation.</exception>
    /// <exception cref="InvalidOperationException">The batch is not the oldest one.</exception>
    public Dictionary<TopicPartition, Offset> OffsetsOf(ReadBatch batch)
    {
        lock (_gate)
        {
            if (batch.Generation != _generation)
            {
                throw new BatchRevokedException(
                    $"The batch belongs to generation {batch.Generation} of a reader of consumer group '{group}', whose partitions were "
                    + $"reassigned (generation {_generation}).");
            }

            if (batch.Records.Count == 0)
                return OffsetForFencing();
            if (FindOldest(batch) is not { Count: > 0 } oldest)
            {
                throw new InvalidOperationException(
                    $"Batches of consumer group '{group}' must be committed once and in the order they were read.");
            }

            var offsets = new Dictionary<TopicPartition, Offset>();
            foreach (var (partition, next) in oldest.SelectMany(static b => b.NextOffsets))
                offsets[partition] = next;
            return offsets;
        }
    }

    /// <summary>
    /// Removes a committed batch. Returns ends of partitions that became known during the commit; none if all batches were invalidated
    /// meanwhile, in which case the commit was in time nevertheless.
    /// </summary>
    public IReadOnlyList<TopicPartitionOffset> Committed(ReadBatch batch, IReadOnlyDictionary<TopicPartition, Offset> offsets)
    {
        lock (_gate)
        {
            if (batch.Generation != _generation)
                return [];
            if (batch.Records.Count == 0) // the end of the partition may have been committed meanwhile
                return AdvancedBeyond(offsets);
            foreach (var (partition, next) in offsets)
                _committed[partition] = _positions[partition] = next;
            var committed = FindOldest(batch);
            committed.ForEach(_ => _batches.Dequeue());
            return [.. committed.SelectMany(static b => b.NextOffsets).Where(n => n.Value > offsets[n.Key])
                .Select(static n => new TopicPartitionOffset(n.Key, n.Value))];
        }
    }

    /// <summary>
    /// Registers that a partition was read to its end. Transaction markers, which no reader receives, may follow its last record: they are
    /// committed with the last open batch; without one the offset is returned and must be committed separately.
    /// </summary>
    public TopicPartitionOffset? EndReached(KafkaBatchBuilder builder, TopicPartitionOffset end)
    {
        lock (_gate)
        {
            var open = builder.NextOffsets.ContainsKey(end.TopicPartition)
                ? builder.NextOffsets
                : _batches.LastOrDefault(b => b.NextOffsets.ContainsKey(end.TopicPartition))?.NextOffsets;
            if (open is not null)
                open[end.TopicPartition] = end.Offset;
            else if (!_mustRewind && _committed.GetValueOrDefault(end.TopicPartition, Offset.Unset) != end.Offset)
                return end;
            return null;
        }
    }

    /// <summary>Registers a committed end of a partition.</summary>
    public void EndCommitted(TopicPartitionOffset end)
    {
        lock (_gate)
            _committed[end.TopicPartition] = _positions[end.TopicPartition] = end.Offset;
    }

    /// <summary>
    /// Returns an offset to commit with a batch without records: it moves nothing, but brokers fence only readers that commit an offset.
    /// </summary>
    private Dictionary<TopicPartition, Offset> OffsetForFencing() => _positions.Count > 0 && !_mustRewind
        ? _positions.Take(1).ToDictionary()
        : throw new BatchRevokedException(
            $"A reader of consumer group '{group}' without partitions, or without known committed offsets, cannot commit.");

    private List<TopicPartitionOffset> AdvancedBeyond(IReadOnlyDictionary<TopicPartition, Offset> offsets) =>
        [.. offsets.Where(sent => _positions.GetValueOrDefault(sent.Key, sent.Value) > sent.Value)
            .Select(sent => new TopicPartitionOffset(sent.Key, _positions[sent.Key]))];

    /// <summary>Returns the oldest batches that make up this one; none if they do not.</summary>
    private List<PendingBatch> FindOldest(ReadBatch batch)
    {
        var oldest = new List<PendingBatch>();
        foreach (var read in _batches)
        {
            oldest.Add(read);
            if (oldest.Sum(static b => b.Batch.Records.Count) >= batch.Records.Count)
                break;
        }

        var isSame = oldest.Sum(static b => b.Batch.Records.Count) == batch.Records.Count
            && oldest[^1].Batch.Records[^1].Position == batch.Records[^1].Position;
        return isSame ? oldest : [];
    }

    private sealed record PendingBatch(ReadBatch Batch, Dictionary<TopicPartition, Offset> NextOffsets);
}

using Confluent.Kafka;

namespace StreamBert.Streaming.Log.Kafka;

/// <summary>Records read in one go and where each partition goes on behind them.</summary>
internal sealed class Reading(int generation)
{
    public int Generation => generation;
    public List<LogRecord> Records { get; } = [];
    public long Bytes { get; private set; }
    public Dictionary<TopicPartition, Offset> Next { get; } = [];

    public void Add(ConsumeResult<byte[], byte[]> result)
    {
        Records.Add(KafkaRecords.ToRecord(result));
        Bytes += Records[^1].Bytes;
        Next[result.TopicPartition] = result.Offset + 1;
    }

    public void Drop(IReadOnlyCollection<TopicPartition> partitions)
    {
        Records.RemoveAll(record => partitions.Contains(new(record.Position.Topic, record.Position.Partition)));
        foreach (var partition in partitions)
            Next.Remove(partition);
    }
}

/// <summary>
/// What a reader has read and not committed, under one generation. The reader's poll and its commits run side by side and meet
/// here; everything is short and under one lock.
/// </summary>
/// <param name="exclusive">The reader has all partitions or none: what is given up ends everything it had begun.</param>
internal sealed class InFlightBatches(string group, bool exclusive)
{
    private readonly Lock _gate = new();
    private readonly Queue<(ReadBatch Batch, Dictionary<TopicPartition, Offset> Next)> _batches = [];
    private readonly Dictionary<TopicPartition, Offset> _committed = [];

    /// <summary>Where the group stands in each partition that the reader has, as far as it knows.</summary>
    private readonly Dictionary<TopicPartition, Offset> _positions = [];
    private Reading _open = new(0);
    private int _generation;
    private bool _rewind;

    /// <summary>Whether the consumer must go back to what is committed before anything it reads counts.</summary>
    public bool MustRewind
    {
        get
        {
            lock (_gate)
                return _rewind;
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

    /// <summary>Partitions are taken on, to be read from there.</summary>
    public void TakenOn(IEnumerable<TopicPartitionOffset> positions)
    {
        lock (_gate)
        {
            foreach (var position in positions)
                _positions[position.TopicPartition] = position.Offset == Offset.Beginning ? 0 : position.Offset;
        }
    }

    public Reading Begin()
    {
        lock (_gate)
            return _open = new(_generation);
    }

    /// <returns>Null if there is nothing in it, or it has become void.</returns>
    public ReadBatch? Add(Reading reading)
    {
        lock (_gate)
        {
            if (_rewind || reading.Generation != _generation || reading.Records.Count == 0)
                return null;
            var batch = new ReadBatch(_generation, reading.Records);
            _batches.Enqueue((batch, reading.Next));
            _open = new(_generation);
            return batch;
        }
    }

    /// <summary>Whether batches that were handed out hold records of these partitions.</summary>
    public bool Hold(IReadOnlyCollection<TopicPartition> partitions)
    {
        lock (_gate)
            return _batches.Any(batch => partitions.Any(batch.Next.ContainsKey));
    }

    /// <summary>Partitions are given up. Batches without records of them stay what they are; if there is one with, all are void.</summary>
    public void GivenUp(IReadOnlyCollection<TopicPartition> partitions)
    {
        lock (_gate)
        {
            if (exclusive || Hold(partitions))
                Void();
            _open.Drop(partitions);
            foreach (var partition in partitions)
            {
                _committed.Remove(partition);
                _positions.Remove(partition);
            }
        }
    }

    /// <summary>A commit failed, or the consumer read what it has read before: all that is in flight is void.</summary>
    public void Void()
    {
        lock (_gate)
        {
            _generation++;
            _rewind = true;
            _batches.Clear();
            _committed.Clear();
            _open = new(_generation);
        }
    }

    /// <summary>The consumer has gone back to what is committed. To be called while no commit is under way.</summary>
    /// <param name="positions">What is committed. What was begun before it was known counts no more.</param>
    public void Rewound(IEnumerable<TopicPartitionOffset> positions)
    {
        lock (_gate)
        {
            _rewind = false;
            _generation++;
            _open = new(_generation);
            TakenOn(positions);
        }
    }

    /// <summary>The offsets that commit a batch, which may be several joined by <see cref="ReadBatch.Join"/>.</summary>
    /// <exception cref="BatchRevokedException">It was read under an earlier generation.</exception>
    /// <exception cref="InvalidOperationException">It is not the oldest.</exception>
    public Dictionary<TopicPartition, Offset> Offsets(ReadBatch batch)
    {
        lock (_gate)
        {
            if (batch.Generation != _generation)
            {
                throw new BatchRevokedException(
                    $"The batch was read under generation {batch.Generation} of a reader of '{group}'; its partitions have been given out anew (generation {_generation}).");
            }

            if (batch.Records.Count == 0) // moves nothing, but brokers fence only who commits an offset
            {
                return _positions.Count > 0 && !_rewind ? _positions.Take(1).ToDictionary()
                    : throw new BatchRevokedException(
                        $"A reader of '{group}' that has no partitions, or does not know what is committed, has nothing to say.");
            }

            if (Oldest(batch) is not { Count: > 0 } oldest)
                throw new InvalidOperationException($"Batches of '{group}' must be committed once and in the order they were read.");
            var offsets = new Dictionary<TopicPartition, Offset>();
            foreach (var (partition, next) in oldest.SelectMany(static b => b.Next))
                offsets[partition] = next;
            return offsets;
        }
    }

    /// <returns>Ends that became known while the batch was being committed. None if all became void meanwhile: the commit was then in time
    /// nevertheless.</returns>
    public IReadOnlyList<TopicPartitionOffset> Committed(ReadBatch batch, IReadOnlyDictionary<TopicPartition, Offset> offsets)
    {
        lock (_gate)
        {
            if (batch.Generation != _generation)
                return [];
            if (batch.Records.Count == 0) // an end may have been settled meanwhile
            {
                return [.. offsets.Where(sent => _positions.GetValueOrDefault(sent.Key, sent.Value) > sent.Value)
                    .Select(sent => new TopicPartitionOffset(sent.Key, _positions[sent.Key]))];
            }

            foreach (var (partition, next) in offsets)
                _committed[partition] = _positions[partition] = next;
            var committed = Oldest(batch);
            committed.ForEach(_ => _batches.Dequeue());
            return [.. committed.SelectMany(static b => b.Next).Where(n => n.Value > offsets[n.Key])
                .Select(static n => new TopicPartitionOffset(n.Key, n.Value))];
        }
    }

    /// <summary>
    /// A partition was read to its end. Behind its last record may stand marks of transactions, which nobody is given; they count
    /// as read with the last batch that is still open, else the returned offset is to be committed by itself.
    /// </summary>
    public TopicPartitionOffset? Reached(Reading reading, TopicPartitionOffset end)
    {
        lock (_gate)
        {
            var open = reading.Next.ContainsKey(end.TopicPartition)
                ? reading.Next
                : _batches.LastOrDefault(b => b.Next.ContainsKey(end.TopicPartition)).Next;
            if (open is not null)
                open[end.TopicPartition] = end.Offset;
            else if (!_rewind && _committed.GetValueOrDefault(end.TopicPartition, Offset.Unset) != end.Offset)
                return end;
            return null;
        }
    }

    public void Settled(TopicPartitionOffset offset)
    {
        lock (_gate)
            _committed[offset.TopicPartition] = _positions[offset.TopicPartition] = offset.Offset;
    }

    /// <summary>The oldest batches that make up this one; none if they do not.</summary>
    private List<(ReadBatch Batch, Dictionary<TopicPartition, Offset> Next)> Oldest(ReadBatch batch)
    {
        var oldest = new List<(ReadBatch Batch, Dictionary<TopicPartition, Offset> Next)>();
        foreach (var read in _batches)
        {
            oldest.Add(read);
            if (oldest.Sum(static b => b.Batch.Records.Count) >= batch.Records.Count)
                break;
        }
        var same = oldest.Sum(static b => b.Batch.Records.Count) == batch.Records.Count
            && oldest[^1].Batch.Records[^1].Position == batch.Records[^1].Position;
        return same ? oldest : [];
    }
}

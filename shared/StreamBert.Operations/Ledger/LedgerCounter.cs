using System.Text.Json;
using StreamBert.Contracts;
using StreamBert.Operations.Records;
using StreamBert.Streaming.Log;

namespace StreamBert.Operations.Ledger;

/// <summary>
/// Counts predictions and dead letters by the input partition of their texts. It needs no state store: it resumes from its last
/// checkpoint in the log, so that
/// outcomes which retention has deleted since remain counted. A record with two outcomes, after at-least-once delivery, counts once.
/// Thread-safe.
/// </summary>
internal sealed class LedgerCounter
{
    /// <summary>The most input partitions that no configured pipeline reads; outputs may name any number of them.</summary>
    private const int MaxUnregisteredInputs = 1_000;

    private readonly Lock _lock = new();
    private readonly LedgerInputs _inputs = new();
    private readonly Dictionary<string, LedgerCounts> _counts = [];
    private readonly Dictionary<string, long> _positions = [];
    private readonly Dictionary<string, long> _unreadable = [];
    private OriginDeduplicator _seen = new();
    private bool _isComplete;
    private bool _isRestored;

    /// <summary>Continues from a checkpoint. The counts are incomplete if retention has deleted outputs before they were counted.</summary>
    public void Restore(LedgerSnapshot snapshot, IReadOnlyList<PartitionInfo> outputs)
    {
        lock (_lock)
        {
            _inputs.Restore(snapshot);
            foreach (var (partition, counts) in snapshot.Counts)
                _counts[partition] = counts;
            foreach (var (partition, position) in snapshot.Positions)
                _positions[partition] = position;
            foreach (var (topic, count) in snapshot.Unreadable)
                _unreadable[topic] = count;
            _seen = snapshot.Seen ?? new();
            _isComplete = snapshot.IsComplete
                && outputs.All(output =>
                    output.Begin <= snapshot.Positions.GetValueOrDefault(PartitionKey.Of(output.Topic, output.Partition)));
            _isRestored = true;
        }
    }

    /// <inheritdoc cref="LedgerInputs.Register"/>
    public void Register(IEnumerable<PartitionInfo> inputs)
    {
        lock (_lock)
            _inputs.Register(inputs);
    }

    /// <inheritdoc cref="LedgerInputs.ResumeScan"/>
    public IReadOnlyDictionary<int, long> ResumeScan(IReadOnlyList<PartitionInfo> inputs)
    {
        lock (_lock)
            return _inputs.ResumeScan(inputs);
    }

    /// <inheritdoc cref="LedgerInputs.HasGap"/>
    public bool HasGap(IReadOnlyList<LogRecord> records)
    {
        lock (_lock)
            return _inputs.HasGap(records);
    }

    /// <inheritdoc cref="LedgerInputs.Advance"/>
    public void Advance(IReadOnlyList<LogRecord> records)
    {
        lock (_lock)
            _inputs.Advance(records);
    }

    /// <summary>Counts records of <c>predictions</c> or <c>dead-letter</c> and skips those that were counted before.</summary>
    /// <param name="outcomes">The records with their input record; null if that cannot be read.</param>
    /// <returns>The positions of the unreadable records that were not counted before.</returns>
    public IReadOnlyList<RecordPosition> CountOutcomes(IReadOnlyList<(RecordPosition Position, RecordPosition? Origin)> outcomes)
    {
        lock (_lock)
            return [.. outcomes.Where(outcome => !TryCount(outcome.Position, outcome.Origin)).Select(static outcome => outcome.Position)];
    }

    /// <summary>Gets the current counts; null before a checkpoint was restored.</summary>
    public LedgerSnapshot? GetSnapshot()
    {
        lock (_lock)
            return _isRestored ? CreateSnapshot() : null;
    }

    /// <summary>Serializes the counts as a checkpoint.</summary>
    public byte[] Serialize()
    {
        lock (_lock)
        {
            return JsonSerializer.SerializeToUtf8Bytes(CreateSnapshot() with { Seen = _seen },
                LedgerSnapshotContext.Default.LedgerSnapshot);
        }
    }

    /// <summary>Gets the offsets at which the reading of an output topic resumes.</summary>
    public IReadOnlyDictionary<int, long> GetPositions(IEnumerable<PartitionInfo> outputs)
    {
        lock (_lock)
        {
            return outputs.ToDictionary(
                static p => p.Partition, p => _positions.GetValueOrDefault(PartitionKey.Of(p.Topic, p.Partition), p.Begin));
        }
    }

    private LedgerSnapshot CreateSnapshot() =>
        new(new Dictionary<string, LedgerCounts>(_counts), new Dictionary<string, long>(_positions), _isComplete)
        {
            Inputs = _inputs.ToDictionary(),
            Unreadable = new Dictionary<string, long>(_unreadable),
        };

    /// <returns>False if the record is unreadable and was not counted before.</returns>
    private bool TryCount(RecordPosition position, RecordPosition? origin)
    {
        var output = PartitionKey.Of(position);
        if (position.Offset < _positions.GetValueOrDefault(output))
            return true;
        _positions[output] = position.Offset + 1;
        if (origin is null)
        {
            _unreadable[position.Topic] = _unreadable.GetValueOrDefault(position.Topic) + 1;
            return false;
        }
        var input = PartitionKey.Of(origin.Topic, origin.Partition);
        if (CanTrack(input) && _seen.Add(position, origin))
            Count(position, origin, input);
        return true;
    }

    private bool CanTrack(string input) =>
        _inputs.IsRegistered(input) || _counts.ContainsKey(input) || _counts.Count < _inputs.RegisteredCount + MaxUnregisteredInputs;

    private void Count(RecordPosition position, RecordPosition origin, string input)
    {
        _inputs.Include(origin);
        var counts = _counts.GetValueOrDefault(input, LedgerCounts.None);
        _counts[input] = position.Topic == Topics.DeadLetter
            ? counts with { DeadLettered = counts.DeadLettered + 1 }
            : counts with { Out = counts.Out + 1 };
    }
}

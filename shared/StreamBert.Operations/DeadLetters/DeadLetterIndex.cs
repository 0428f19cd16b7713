using StreamBert.Contracts;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.Operations.DeadLetters;

/// <summary>
/// Indexes the latest dead letters in memory, without their bytes, together with the actions on them. Dead letters are added in the order
/// of their partitions. Thread-safe.
/// </summary>
/// <param name="capacity">The maximum number of dead letters; the oldest are removed.</param>
/// <param name="maxBytes">The approximate memory limit in bytes; the index always keeps the latest dead letter.</param>
internal sealed class DeadLetterIndex(int capacity, long maxBytes = DeadLetterIndex.DefaultMaxBytes)
{
    public const long DefaultMaxBytes = 96 * 1024 * 1024;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, IndexedDeadLetter> _letters = [];
    private readonly SortedSet<DeadLetterCursor> _order = [];
    private readonly Dictionary<string, DeadLetterActionRecord> _actions = [];
    private readonly Dictionary<string, RecordPosition> _replayedAs = [];
    private readonly Dictionary<string, string> _failedReplays = [];
    private readonly Dictionary<int, long> _lastOffsets = [];
    private long _bytes, _unlisted, _unreadable;

    /// <summary>Indexes all dead letters of a log.</summary>
    public static async Task<DeadLetterIndex> ReadAsync(IEventLog log, int capacity, CancellationToken cancellation)
    {
        var index = new DeadLetterIndex(capacity);
        await foreach (var record in log.ReadToEndAsync(Topics.DeadLetter, null, cancellation))
            index.Add(record);
        await foreach (var record in log.ReadToEndAsync(Topics.DeadLetterState, null, cancellation, awaitOpenTransactions: true))
            index.AddAction(record);
        return index;
    }

    /// <summary>Adds a dead letter. A record that holds none is counted as unreadable.</summary>
    /// <returns>Why the record is unreadable; null if it is a dead letter.</returns>
    public RecordFault? Add(LogRecord record)
    {
        var read = LoggedEvent.Read(record);
        lock (_lock)
        {
            _lastOffsets[record.Position.Partition] = record.Position.Offset;
            if (read.Event is DeadLettered letter)
                Add(record.Position, IndexedDeadLetter.From(letter));
            else
                _unreadable++;
        }
        return read.Event is DeadLettered ? null : read.Fault;
    }

    /// <summary>Adds an action on a dead letter.</summary>
    /// <returns>Why the record is unreadable; null if it is an action.</returns>
    public RecordFault? AddAction(LogRecord record)
    {
        if (!DeadLetterActionRecord.TryRead(record, out var action, out var fault))
            return fault;
        lock (_lock)
            AddAction(action);
        return null;
    }

    /// <summary>Finds a dead letter by its id; null if the index does not hold it.</summary>
    public DeadLetterItem? Find(string id)
    {
        lock (_lock)
            return _letters.TryGetValue(id, out var letter) ? CreateItem(id, letter) : null;
    }

    /// <summary>Finds the dead letter that the replay of another one has left; null if the index holds none.</summary>
    public string? FindFailedReplay(string id)
    {
        lock (_lock)
            return _failedReplays.GetValueOrDefault(id);
    }

    /// <summary>Lists one page of the dead letters that match a filter, the latest first.</summary>
    /// <param name="cursor">The cursor of the page before; null for the first page.</param>
    public DeadLetterPage List(DeadLetterFilter filter, int limit, string? cursor)
    {
        lock (_lock)
        {
            var page = new DeadLetterPageBuilder(filter, limit, DeadLetterCursor.Parse(cursor));
            foreach (var place in _order.Reverse())
                page.Add(place, _letters[place.Id], GetState(place.Id));
            return page.Build(id => CreateItem(id, _letters[id]), _unlisted, _unreadable);
        }
    }

    private void Add(RecordPosition position, IndexedDeadLetter letter)
    {
        var id = DeadLetterId.Of(position);
        if (!_letters.TryAdd(id, letter))
            return;
        _bytes += letter.MemoryBytes;
        _order.Add(DeadLetterCursor.Of(letter.FailedAt, position));
        if (letter.ReplayOf is { } before)
            _failedReplays[before] = id;
        while (_letters.Count > 1 && (_letters.Count > capacity || _bytes > maxBytes))
            RemoveOldest();
    }

    private void AddAction(DeadLetterActionRecord action)
    {
        var id = action.Letter;
        var position = DeadLetterId.Parse(id)!;
        // Two topics are followed side by side: an action may arrive before its dead letter. A dead letter that has passed and is not
        // indexed is too old.
        var isIndexed = _letters.ContainsKey(id);
        if (!isIndexed && position.Offset <= _lastOffsets.GetValueOrDefault(position.Partition, -1))
            return;
        if (action.Action == DeadLetterActionRecord.Appended)
        {
            _replayedAs[id] = action.Record!;
            return;
        }
        // Actions on dead letters that do not exist must not fill the memory.
        if (_actions.Count >= 2 * capacity && !isIndexed)
            return;
        _actions[id] = action;
        _replayedAs.Remove(id);
    }

    private DeadLetterItem CreateItem(string id, IndexedDeadLetter letter)
    {
        var action = _actions.GetValueOrDefault(id);
        return new(id, letter.Origin, letter.Pipeline, letter.Reason, letter.Detail, letter.FailedAt, letter.ValueBytes, GetState(id))
        {
            HandledAt = action?.At,
            HandledBy = action?.By,
            ReplayedAs = _replayedAs.GetValueOrDefault(id),
            OutcomeId = _failedReplays.GetValueOrDefault(id),
            ReplayOf = letter.ReplayOf,
        };
    }

    private string GetState(string id) => _actions.GetValueOrDefault(id)?.Action ?? DeadLetterStates.Open;

    private void RemoveOldest()
    {
        var oldest = _order.Min;
        _order.Remove(oldest);
        var id = oldest.Id;
        if (_letters.Remove(id, out var letter))
            _bytes -= letter.MemoryBytes;
        if (letter?.ReplayOf is { } before && _failedReplays.GetValueOrDefault(before) == id)
            _failedReplays.Remove(before);
        _actions.Remove(id);
        _replayedAs.Remove(id);
        _unlisted++;
    }
}

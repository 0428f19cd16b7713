using System.Globalization;
using StreamBert.Contracts;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.State;

namespace StreamBert.Operations.DeadLetters;

/// <summary>
/// The latest dead letters in memory, without their bytes, with what was done with them. Takes the letters in the order of their
/// partitions. Thread-safe.
/// </summary>
/// <param name="capacity">The most to hold; the oldest make room.</param>
/// <param name="maxBytes">The memory that they may take, about; the latest is held in any case.</param>
internal sealed class DeadLetterIndex(int capacity, long maxBytes = DeadLetterIndex.DefaultMaxBytes)
{
    public const long DefaultMaxBytes = 96 * 1024 * 1024;

    /// <summary>Memory of the letters of one page.</summary>
    private const long MaxPageBytes = 4 * 1024 * 1024;

    /// <summary>Reasons that a page names; the letters of further ones are counted together.</summary>
    private const int MaxReasons = 100;
    private const string OtherReasons = "(other)";

    private long _bytes;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, DeadLetterFacts> _letters = [];
    private readonly SortedSet<(long Ticks, int Partition, long Offset)> _order = [];
    private readonly Dictionary<string, DeadLetterMark> _acts = [];
    private readonly Dictionary<string, RecordOrigin> _replayedAs = [];
    private readonly Dictionary<string, string> _failedAgain = [];
    private readonly Dictionary<int, long> _passed = [];
    private long _unlisted, _unreadable;

    /// <summary>All that stands in the log, read once.</summary>
    public static async Task<DeadLetterIndex> ReadAsync(IEventLog log, int capacity, CancellationToken cancellation)
    {
        var index = new DeadLetterIndex(capacity);
        await foreach (var record in log.ReadToEndAsync(Topics.DeadLetter, null, cancellation))
            index.Add(record);
        await foreach (var record in log.ReadToEndAsync(Topics.DeadLetterState, null, cancellation, settled: true))
            index.Mark(record);
        return index;
    }

    /// <returns>What is wrong with a record that is no dead letter: it is counted, and not listed.</returns>
    public RecordFault? Add(LogRecord record)
    {
        var read = LoggedEvent.Read(record);
        var letter = read.Event as DeadLettered;
        lock (_gate)
        {
            _passed[record.Position.Partition] = record.Position.Offset;
            if (letter is null)
            {
                _unreadable++;
                return read.Fault;
            }
            var (id, facts) = (DeadLetterId.Of(record.Position), DeadLetterFacts.Of(letter));
            if (!_letters.TryAdd(id, facts))
                return null;
            _bytes += facts.Memory;
            _order.Add((facts.FailedAt.UtcTicks, record.Position.Partition, record.Position.Offset));
            if (facts.ReplayOf is { } before)
                _failedAgain[before] = id;
            while (_letters.Count > 1 && (_letters.Count > capacity || _bytes > maxBytes))
                RemoveOldest();
        }
        return null;
    }

    /// <returns>What is wrong with a record that is no act.</returns>
    public RecordFault? Mark(LogRecord record)
    {
        if (DeadLetterMark.Read(record, out var mark) is { } fault)
            return fault;
        Mark(mark, DeadLetterId.Parse(mark.Letter)!.Value);
        return null;
    }

    private void Mark(DeadLetterMark mark, LogPosition letter)
    {
        var id = mark.Letter;
        lock (_gate)
        {
            // Letters and marks are followed side by side: a mark may come before its letter, and waits for it. A letter that has come and
            // is not held is too old.
            if (!_letters.ContainsKey(id) && letter.Offset <= _passed.GetValueOrDefault(letter.Partition, -1))
                return;
            if (mark.Act == DeadLetterMark.Placed)
            {
                _replayedAs[mark.Letter] = mark.Record!;
                return;
            }
            if (_acts.Count >= 2 * capacity && !_letters.ContainsKey(id))
                return; // acts on letters that do not come: nobody's
            _acts[mark.Letter] = mark;
            _replayedAs.Remove(mark.Letter);
        }
    }

    public DeadLetterItem? Find(string id)
    {
        lock (_gate)
            return _letters.TryGetValue(id, out var letter) ? Item(id, letter) : null;
    }

    /// <summary>The letter held that this one's replay became; null if none is.</summary>
    public string? FailedAgainAs(string id)
    {
        lock (_gate)
            return _failedAgain.GetValueOrDefault(id);
    }

    /// <param name="cursor">Of the page before; null: the first page.</param>
    public DeadLetterPage List(DeadLetterFilter filter, int limit, string? cursor)
    {
        lock (_gate)
        {
            var (start, reasons, total, items, last) = (Parse(
                cursor), new Dictionary<string, long>(), 0L, new List<DeadLetterItem>(), (string?)null);
            var bytes = 0L;
            var anyReason = filter with { Reason = null };
            foreach (var at in _order.Reverse())
            {
                var id = DeadLetterId.Of(new(Topics.DeadLetter, at.Partition, at.Offset));
                var letter = _letters[id];
                if (!anyReason.Matches(id, StateOf(id), letter))
                    continue;
                var reason = reasons.Count < MaxReasons || reasons.ContainsKey(letter.Reason) ? letter.Reason : OtherReasons;
                reasons[reason] = reasons.GetValueOrDefault(reason) + 1;
                if (filter.Reason is not null && filter.Reason != letter.Reason)
                    continue;
                total++;
                if (start is { } after && at.CompareTo(after) >= 0)
                    continue;
                if (last is null && items.Count < limit && (items.Count == 0 || bytes + letter.Memory <= MaxPageBytes))
                    items.Add(Item(id, letter));
                else
                    last ??= items[^1].Id;
                bytes += letter.Memory;
            }
            return new(items, total, reasons, last is null ? null : Cursor(last), _unlisted) { Unreadable = _unreadable };
        }
    }

    private DeadLetterItem Item(string id, DeadLetterFacts letter)
    {
        var act = _acts.GetValueOrDefault(id);
        return new(id, letter.Origin, letter.Pipeline, letter.Reason, letter.Detail, letter.FailedAt, letter.Bytes, StateOf(id))
        {
            ActedAt = act?.At,
            ActedBy = act?.By,
            ReplayedAs = _replayedAs.GetValueOrDefault(id),
            OutcomeId = _failedAgain.GetValueOrDefault(id),
            ReplayOf = letter.ReplayOf,
        };
    }

    private string StateOf(string id) => _acts.GetValueOrDefault(id)?.Act ?? DeadLetterStates.Open;

    private void RemoveOldest()
    {
        var oldest = _order.Min;
        _order.Remove(oldest);
        var id = DeadLetterId.Of(new(Topics.DeadLetter, oldest.Partition, oldest.Offset));
        if (_letters.Remove(id, out var letter))
            _bytes -= letter.Memory;
        if (letter?.ReplayOf is { } before && _failedAgain.GetValueOrDefault(before) == id)
            _failedAgain.Remove(before);
        _acts.Remove(id);
        _replayedAs.Remove(id);
        _unlisted++;
    }

    private string Cursor(string id)
    {
        var position = DeadLetterId.Parse(id)!.Value;
        return string.Create(CultureInfo.InvariantCulture, $"{_letters[id].FailedAt.UtcTicks}-{position.Partition}-{position.Offset}");
    }

    private static (long, int, long)? Parse(string? cursor) =>
        cursor?.Split('-') is [var ticks, var partition, var offset]
        && long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var time)
        && int.TryParse(partition, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && long.TryParse(offset, NumberStyles.None, CultureInfo.InvariantCulture, out var at)
            ? (time, number, at) : null;
}

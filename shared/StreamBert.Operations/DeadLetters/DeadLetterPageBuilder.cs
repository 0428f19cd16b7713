namespace StreamBert.Operations.DeadLetters;

/// <summary>Selects the dead letters of one page and counts all that match.</summary>
internal sealed class DeadLetterPageBuilder(DeadLetterFilter filter, int limit, DeadLetterCursor? start)
{
    /// <summary>The memory of the dead letters of one page in bytes.</summary>
    private const long MaxPageBytes = 4 * 1024 * 1024;

    /// <summary>The number of reasons that a page names; dead letters of others are counted together.</summary>
    private const int MaxReasons = 100;
    private const string OtherReasons = "(other)";

    private readonly DeadLetterFilter _filterWithoutReason = filter with { Reason = null };
    private readonly Dictionary<string, long> _reasons = [];
    private readonly List<DeadLetterCursor> _selected = [];
    private long _total, _bytes;
    private bool _isFull;

    /// <summary>Considers a dead letter; the latest comes first.</summary>
    public void Add(DeadLetterCursor place, IndexedDeadLetter letter, string state)
    {
        if (!_filterWithoutReason.Matches(place.Id, state, letter))
            return;
        var reason = _reasons.Count < MaxReasons || _reasons.ContainsKey(letter.Reason) ? letter.Reason : OtherReasons;
        _reasons[reason] = _reasons.GetValueOrDefault(reason) + 1;
        if (filter.Reason is not null && filter.Reason != letter.Reason)
            return;
        _total++;
        if (start is null || place.CompareTo(start.Value) < 0)
            Select(place, letter);
    }

    public DeadLetterPage Build(Func<string, DeadLetterItem> createItem, long unlisted, long unreadable) => new(
        [.. _selected.Select(place => createItem(place.Id))], _total, _reasons, _isFull ? _selected[^1].ToString() : null, unlisted)
    {
        Unreadable = unreadable,
    };

    private void Select(DeadLetterCursor place, IndexedDeadLetter letter)
    {
        _isFull |= _selected.Count >= limit || (_selected.Count > 0 && _bytes + letter.MemoryBytes > MaxPageBytes);
        if (_isFull)
            return;
        _selected.Add(place);
        _bytes += letter.MemoryBytes;
    }
}

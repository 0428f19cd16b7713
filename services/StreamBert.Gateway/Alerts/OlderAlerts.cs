using StreamBert.Contracts;
using StreamBert.Streaming.State.Queries;

namespace StreamBert.Gateway.Alerts;

/// <summary>Collects the latest alerts before a position from their records, in the order in which those were appended.</summary>
/// <param name="filter">Selects the alerts.</param>
/// <param name="limit">The most alerts.</param>
/// <param name="before">The position; it belongs to the page before.</param>
internal sealed class OlderAlerts(AlertFilter filter, int limit, StateCursor before)
{
    /// <summary>The most bytes of the records of a page; one alert is kept whatever its size.</summary>
    private const long MaxBytes = 4 * 1024 * 1024;

    private readonly SortedDictionary<StateCursor, (AlertView Alert, int Bytes)> _kept = new(StateCursor.Order);
    private readonly Dictionary<string, StateCursor> _places = [];
    private long _bytes;
    private StateCursor? _removed;

    /// <summary>Adds an alert, or updates it.</summary>
    public void Add(AlertRaised raised, int bytes)
    {
        var place = StateCursor.Of(raised.RaisedAt, raised.Id);
        if (StateCursor.Order.Compare(place, before) >= 0 || !filter.Matches(raised) || IsRemoved(place))
            return;
        var known = _kept.GetValueOrDefault(place);
        _kept[place] = (new(raised, known.Alert?.Resolved), bytes);
        _places[raised.Id] = place;
        _bytes += bytes - known.Bytes;
        if (!filter.OpenOnly)
            Trim();
    }

    /// <summary>Adds a resolution. Of an alert that still fires, only later records tell whether it belongs to the page.</summary>
    public void Add(AlertResolved resolved)
    {
        if (!_places.TryGetValue(resolved.Id, out var place))
            return;
        if (filter.OpenOnly)
            Remove(place);
        else
            _kept[place] = (_kept[place].Alert with { Resolved = resolved }, _kept[place].Bytes);
    }

    /// <summary>Returns the page, after the last record.</summary>
    public StatePage<AlertView> ToPage()
    {
        Trim();
        return new([.. _kept.Values.Reverse().Select(static kept => kept.Alert)], _removed is not null ? _kept.Keys.First() : null);
    }

    /// <summary>Whether an alert belongs to a later page: an update of it must not return it to this one.</summary>
    private bool IsRemoved(StateCursor place) => _removed is not null && StateCursor.Order.Compare(place, _removed) <= 0;

    private void Trim()
    {
        while (_kept.Count > limit || (_bytes > MaxBytes && _kept.Count > 1))
        {
            _removed = _kept.Keys.First();
            Remove(_removed);
        }
    }

    private void Remove(StateCursor place)
    {
        _kept.Remove(place, out var removed);
        _places.Remove(place.Member);
        _bytes -= removed.Bytes;
    }
}

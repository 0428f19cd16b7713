using StreamBert.Monitoring.Baselines;

namespace StreamBert.Monitoring.Drift;

/// <summary>Shares the references of a judgement among its quantities: they differ by the hours that are judged.</summary>
/// <param name="journal">The hours.</param>
/// <param name="calendar">The calendar of the pipeline.</param>
internal sealed class WeekReferences(HourJournal journal, WeekCalendar calendar)
{
    private readonly Dictionary<DateTimeOffset, WeekReference> _references = [];

    /// <summary>Returns the reference that ends at a time.</summary>
    public WeekReference Before(DateTimeOffset end)
    {
        if (!_references.TryGetValue(end, out var reference))
            _references[end] = reference = new(journal.Hours, end, calendar);
        return reference;
    }

    /// <summary>Begins a judgement: the hours may have changed.</summary>
    public void Clear() => _references.Clear();
}

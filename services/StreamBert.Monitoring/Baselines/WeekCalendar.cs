using StreamBert.Contracts;

namespace StreamBert.Monitoring.Baselines;

/// <summary>The place of a window in the week of its pipeline.</summary>
/// <param name="HourOfWeek">The local hour since Monday 0:00, 0 to 167; a holiday counts as a Sunday.</param>
/// <param name="HourOfDay">The local hour, 0 to 23 from Monday to Friday, 24 to 47 on other days.</param>
/// <param name="Week">The number of the local week; it increases by one every Monday.</param>
internal readonly record struct WeekSlot(int HourOfWeek, int HourOfDay, int Week);

/// <summary>
/// Maps event time to the hour of the week in the time zone of a pipeline. When daylight saving time begins, an hour of the week is
/// skipped; when it ends, one occurs twice.
/// </summary>
internal sealed class WeekCalendar
{
    /// <summary>The number of hours of a week, and of the hours of a working day and of another day.</summary>
    public const int HoursOfWeek = 168, HoursOfDay = 48;

    private const int HoursPerDay = 24, DaysPerWeek = 7, Saturday = 5, Sunday = 6;

    private readonly TimeZoneInfo _zone;
    private readonly HashSet<DateOnly> _holidays;

    /// <param name="rules">The time zone and the holidays.</param>
    public WeekCalendar(MonitorRules rules) =>
        (_zone, _holidays) = (TimeZoneInfo.FindSystemTimeZoneById(rules.TimeZone), [.. rules.Holidays]);

    /// <summary>Returns the slot in which a window starts.</summary>
    public WeekSlot SlotOf(DateTimeOffset start)
    {
        var local = TimeZoneInfo.ConvertTime(start, _zone);
        var date = DateOnly.FromDateTime(local.DateTime);
        var day = _holidays.Contains(date) ? Sunday : date.DayNumber % DaysPerWeek; // 0001-01-01 is a Monday
        var hourOfWeek = day * HoursPerDay + local.Hour;
        return new(hourOfWeek, HourOfDay(hourOfWeek), date.DayNumber / DaysPerWeek);
    }

    /// <summary>Returns the hour of the day of an hour of the week, as in <see cref="WeekSlot.HourOfDay"/>.</summary>
    public static int HourOfDay(int hourOfWeek) =>
        hourOfWeek % HoursPerDay + (hourOfWeek >= Saturday * HoursPerDay ? HoursPerDay : 0);
}

using StreamBert.Contracts;
using StreamBert.Monitoring.Baselines;

namespace StreamBert.Monitoring.Accuracy;

/// <summary>
/// Divides the hours of a week into groups that are comparable: the same hour of the day, working days apart from other days, in the time
/// zone of the pipeline. Windows longer than an hour have no hour of the day; they are grouped by their number only.
/// </summary>
/// <param name="pipeline">The pipeline.</param>
internal sealed class AccuracyWeek(PipelineOptions pipeline)
{
    public const int Hours = WeekCalendar.HoursOfWeek, HoursPerDay = 24, Groups = WeekCalendar.HoursOfDay, Kinds = Groups / HoursPerDay;

    private readonly WeekCalendar _calendar = new(pipeline.Monitor.Rules);
    private readonly bool _isHourly = AccuracyHour.LengthFor(pipeline) == TimeSpan.FromHours(1);

    /// <summary>Returns the slot of an hour, 0 to 167.</summary>
    public int SlotOf(long hour) =>
        _isHourly ? _calendar.SlotOf(AccuracyHour.WindowOf(pipeline, hour).Start).HourOfWeek : (int)(hour % Hours);

    /// <summary>Returns the hour of the day of a slot, 24 higher on days that are no working days.</summary>
    public int GroupOf(int slot) => _isHourly ? WeekCalendar.HourOfDay(slot) : slot % HoursPerDay;

    /// <summary>Returns the kind of day of a group: 0 for working days, 1 for others.</summary>
    public static int KindOfGroup(int group) => group / HoursPerDay;
}

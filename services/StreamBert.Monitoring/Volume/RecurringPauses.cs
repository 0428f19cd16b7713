using StreamBert.Monitoring.Baselines;

namespace StreamBert.Monitoring.Volume;

/// <summary>
/// Learns the hours in which a source regularly pauses, such as nights and weekends. A silence is never learned as normal, so without this
/// a source with office hours would raise one every evening. An hour counts as a pause after it was silent in two silences that ended by
/// themselves within days; texts in that hour end the pause.
/// </summary>
internal sealed class RecurringPauses
{
    private const int Recurrences = 2;

    /// <summary>A longer silence is an outage: it counts for no hour.</summary>
    private static readonly TimeSpan MaximumLength = TimeSpan.FromDays(3.5);

    /// <summary>Hour of the day (working days, then other days) → number of silences in a row that included it.</summary>
    public byte[] Silences { get; set; } = new byte[WeekCalendar.HoursOfDay];

    /// <summary>The hours that the current silence includes, one bit each.</summary>
    public ulong Covered { get; set; }

    /// <summary>The hour of the last window of the current silence, and its time in that hour and as a whole.</summary>
    public int Hour { get; set; } = -1;
    public TimeSpan TimeInHour { get; set; }
    public TimeSpan Length { get; set; }

    /// <summary>Whether the source regularly pauses in this hour.</summary>
    public bool Includes(WeekSlot slot) => Silences[slot.HourOfDay] >= Recurrences;

    /// <summary>Adds a window of a silence; an hour is included if at least half of it is silent.</summary>
    public void AddSilent(WeekSlot slot, TimeSpan window)
    {
        if (slot.HourOfDay != Hour)
            (Hour, TimeInHour) = (slot.HourOfDay, TimeSpan.Zero);
        TimeInHour += window;
        Length += window;
        if (TimeInHour >= TimeSpan.FromMinutes(30))
            Covered |= 1UL << Hour;
    }

    /// <summary>Adds a window with a usual number of texts: its hour is not a pause.</summary>
    public void AddUsual(WeekSlot slot) => Silences[slot.HourOfDay] = 0;

    /// <summary>Ends the current silence.</summary>
    public void EndSilence()
    {
        for (var hour = 0; hour < Silences.Length && Length <= MaximumLength; hour++)
        {
            if ((Covered >> hour & 1) == 1 && Silences[hour] < Recurrences)
                Silences[hour]++;
        }
        (Covered, Hour, TimeInHour, Length) = (0, -1, TimeSpan.Zero, TimeSpan.Zero);
    }
}

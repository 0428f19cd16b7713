using System.Globalization;

namespace StreamBert.Contracts;

/// <summary>Holds a time of day as written: 24:00 and a leap second are possible, and the fraction has any length.</summary>
internal readonly record struct ClockTime(int Hour, int Minute, int Second, string Fraction)
{
    /// <summary>The fraction in ticks; further digits are truncated.</summary>
    public long FractionTicks
        => Fraction.Length == 0 ? 0 : long.Parse(Fraction.PadRight(7, '0').AsSpan(0, 7), CultureInfo.InvariantCulture);

    public bool IsEndOfDay => Hour == 24 && Minute == 0 && Second == 0 && FractionTicks == 0;
    public bool IsValid => IsEndOfDay || (Hour < 24 && Minute < 60 && Second <= 60);
    public long Ticks => Hour * TimeSpan.TicksPerHour + Minute * TimeSpan.TicksPerMinute + Second * TimeSpan.TicksPerSecond + FractionTicks;
}

/// <summary>Holds a date as written, which need not exist.</summary>
internal readonly record struct CalendarDate(int Year, int Month, int Day)
{
    /// <summary>
    /// The Gregorian calendar, which ISO 8601 is about, begins in October 1582. Earlier dates are what programs write for "not set".
    /// </summary>
    private const int FirstYear = 1583;

    public bool IsValid => Year is >= 1 and <= 9999 && Month is >= 1 and <= 12 && Day >= 1 && Day <= DateTime.DaysInMonth(Year, Month);
    public DayOfWeek DayOfWeek => new DateTime(Year, Month, Day).DayOfWeek;

    public ParsedTime At(ClockTime clock, TimeSpan offset)
    {
        if (!IsValid) return ParsedTime.Invalid("is not a day of the calendar");
        if (Year < FirstYear) return ParsedTime.Invalid($"lies before {FirstYear}, as a time does that was never set");
        if (!clock.IsValid) return ParsedTime.Invalid("has no such time of day");
        var ticks = new DateTime(Year, Month, Day).Ticks + clock.Ticks - offset.Ticks;
        // Leap seconds are inserted at the end of a day in UTC, and are counted like the second after them.
        if (clock.Second == 60 && (ticks - clock.FractionTicks) % TimeSpan.TicksPerDay != 0)
        {
            return ParsedTime.Invalid(
            "has a leap second that is not at the end of a day in UTC");
        }

        return ParsedTime.FromTicks(ticks);
    }
}

using System.Globalization;

namespace StreamBert.Contracts;

/// <summary>
/// Validates and applies configured formats of event times: .NET format strings (<c>dd/MM/yyyy HH:mm</c>), or the unit of a number
/// (<c>epoch-seconds</c>, <c>epoch-milliseconds</c>, <c>epoch-microseconds</c>, <c>epoch-nanoseconds</c>, <c>excel</c>).
/// </summary>
public static class EventTimeFormat
{
    private const DateTimeStyles Styles = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal
        | DateTimeStyles.AllowWhiteSpaces;

    /// <summary>
    /// Two times that differ in every part, neither of which is any of the values that .NET takes for a part that a format does not have.
    /// </summary>
    private static readonly DateTimeOffset[] Probes =
    [
        new DateTimeOffset(2019, 11, 23, 21, 47, 36, TimeSpan.Zero).AddTicks(1_234_567),
        new DateTimeOffset(2031, 10, 26, 19, 48, 37, TimeSpan.Zero).AddTicks(7_654_321),
    ];

    /// <summary>Returns the fault of a format, as a sentence that names it, or null if it is valid.</summary>
    public static string? Validate(string format)
    {
        if (NumericTimeParser.IsUnit(format)) return null;
        return Probes.Select(probe => Fault(format, probe)).FirstOrDefault(static fault => fault is not null) is { } reason
            ? $"The time format '{format}' {reason}; give a .NET format such as 'dd/MM/yyyy HH:mm', or one of "
                + $"{string.Join(", ", NumericTimeParser.UnitNames)}."
            : null;
    }

    internal static ParsedTime Read(string value, string format)
    {
        if (NumericTimeParser.IsUnit(format)) return NumericTimeParser.Read(value, format);
        return TryRead(value, format, out var time) ? new(time, null) : ParsedTime.Invalid($"is not a time of the format '{format}'");
    }

    private static bool TryRead(string value, string format, out DateTimeOffset time)
    {
        try
        {
            return DateTimeOffset.TryParseExact(value, format, CultureInfo.InvariantCulture, Styles, out time);
        }
        catch (FormatException)
        {
            // .NET throws here, in spite of the name, for some formats that are none.
            time = default;
            return false;
        }
    }

    private static string? Fault(string format, DateTimeOffset probe)
    {
        try
        {
            return TryRead(probe.ToString(format, CultureInfo.InvariantCulture), format, out var read)
                ? FindLostPart(probe, read)
                : "is none that times can be read with";
        }
        catch (FormatException)
        {
            return "is no .NET date and time format";
        }
    }

    /// <summary>
    /// A format may leave out small parts; one that leaves out a part between others, or the year, reads another time than was meant.
    /// </summary>
    private static string? FindLostPart(DateTimeOffset written, DateTimeOffset read)
    {
        if (read.Year != written.Year) return "has no year (yyyy)";
        if (read.Month != written.Month
            && (read.Month != 1 || read.Day != 1 || read.TimeOfDay != TimeSpan.Zero))
        {
            return "has no month (months are MM, minutes mm)";
        }

        if (read.Day != written.Day && (read.Day != 1 || read.TimeOfDay != TimeSpan.Zero)) return "has no day of the month (dd)";
        if (read.Hour != written.Hour && read.TimeOfDay != TimeSpan.Zero) return "does not say the hour of the day (HH, or hh with tt)";
        if (read.Minute != written.Minute && read.TimeOfDay.Ticks % TimeSpan.TicksPerHour != 0) return "has no minute (mm)";
        return read.Second != written.Second && read.TimeOfDay.Ticks % TimeSpan.TicksPerMinute != 0 ? "has no second (ss)" : null;
    }
}

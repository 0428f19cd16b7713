using System.Globalization;
using System.Text.RegularExpressions;

namespace StreamBert.Contracts;

/// <summary>Times that are written as a date with separators or with the English name of its month.</summary>
internal static partial class CalendarTimeParser
{
    private const string Clock =
        @"(?:(?<hour>[0-9]{1,2}):(?<minute>[0-9]{2})(?::(?<second>[0-9]{2})(?:[.,](?<fraction>[0-9]+))?)?"
        + @"(?:[ ]*(?<half>[AaPp])\.?[Mm]\b\.?)?"
        + "|(?<hour>[0-9]{2})(?:(?<minute>[0-9]{2})(?:(?<second>[0-9]{2})(?:[.,](?<fraction>[0-9]+))?)?)?(?![0-9:.,]))";
    private const string Weekday = @"(?:(?<weekday>[A-Za-z]{3,9})(?:[ ]?[.,][ ]?|[ ]))?";
    private const string Month = @"(?<month>[A-Za-z]{3,9})\.?";
    private const string Zone = "[ ]*(?<zone>.*)$";
    private static readonly string[] Months = CultureInfo.InvariantCulture.DateTimeFormat.MonthNames[..12];

    public static ParsedTime Read(string value)
    {
        if (Iso().Match(value) is { Success: true } iso) return ReadIso(iso);
        var words = Space().Replace(RemoveComments(value), " ").Trim();
        foreach (var form in (Regex[])[DayFirst(), MonthFirst(), YearLast()])
        {
            if (form.Match(words) is { Success: true } named)
                return ReadNamedMonth(named);
        }

        return ParsedTime.Invalid(DescribeFault(value));
    }

    private static ParsedTime ReadIso(Match iso)
    {
        var (hasTime, zone) = (iso.Groups["hour"].Success, iso.Groups["zone"].Value);
        if (!hasTime && zone.StartsWith('-')) return ParsedTime.Invalid("can be a date with an offset or with a time of day");
        var date = new CalendarDate(Number(iso, "year"), Number(iso, "month"), Number(iso, "day"));
        return At(date, iso, UtcOffsetParser.Read(zone, byRfc: false));
    }

    private static ParsedTime ReadNamedMonth(Match named)
    {
        var month = Array.FindIndex(Months, name => IsAbbreviationOf(named.Groups["month"].Value, name)) + 1;
        if (month == 0) return ParsedTime.Invalid($"names the month '{named.Groups["month"].Value}'; only English names are read");
        var year = Number(named, "year");
        if (named.Groups["year"].Length == 2)
        {
            // RFC 2822, section 4.3; without the rest of such a date the two digits may as well be the day.
            if (!named.Groups["hour"].Success || named.Groups["zone"].Length == 0) return ParsedTime.Invalid("has a year of two digits");
            year += year < 50 ? 2000 : 1900;
        }
        var date = new CalendarDate(year, month, Number(named, "day"));
        var weekday = named.Groups["weekday"].Value;
        if (weekday.Length > 0 && date.IsValid && !IsAbbreviationOf(weekday, $"{date.DayOfWeek}"))
            return ParsedTime.Invalid($"names the weekday '{weekday}', but that day is a {date.DayOfWeek}");
        return At(date, named, UtcOffsetParser.Read(named.Groups["zone"].Value, byRfc: true));
    }

    private static ParsedTime At(CalendarDate date, Match match, (TimeSpan Offset, string? Fault) zone)
    {
        if (zone.Fault is { } fault) return ParsedTime.Invalid(fault);
        var clock = new ClockTime(Number(match, "hour"), Number(match, "minute"), Number(match, "second"), match.Groups["fraction"].Value);
        if (match.Groups["half"].Value is not { Length: > 0 } half) return date.At(clock, zone.Offset);
        if (clock.Hour is < 1 or > 12) return ParsedTime.Invalid($"has an hour of {clock.Hour} before AM or PM");
        return date.At(clock with { Hour = clock.Hour % 12 + (half is "P" or "p" ? 12 : 0) }, zone.Offset);
    }

    private static int Number(Match match, string group)
        => match.Groups[group] is { Success: true } digits ? int.Parse(digits.Value, CultureInfo.InvariantCulture) : 0;

    private static bool IsAbbreviationOf(string word, string name) => name.StartsWith(word, StringComparison.OrdinalIgnoreCase);

    /// <summary>RFC 2822 allows nested comments in parentheses anywhere between words.</summary>
    private static string RemoveComments(string value)
    {
        for (var before = ""; before != value;)
            (before, value) = (value, Comment().Replace(value, " "));
        return value;
    }

    private static string DescribeFault(string value) => value switch
    {
        _ when Numbers().IsMatch(value) => "can have the day or the month first",
        _ when TimeOfDay().IsMatch(value) => "is a time of day without a date",
        _ when YearMonth().IsMatch(value) => "has no day",
        _ when WeekOrOrdinal().IsMatch(
            value) => "is a week date or an ordinal date of ISO 8601, which are not read; write year, month and day",
        _ => "is not a time in a supported format (ISO 8601, RFC 2822, or a number since 1970)",
    };

    [GeneratedRegex(@"^(?<year>[0-9]{4})(?:(?<separator>[-/.])(?<month>[0-9]{1,2})\k<separator>(?<day>[0-9]{1,2})"
        + @"|(?<month>[0-9]{2})(?<day>[0-9]{2}))"
        + $@"(?:(?:[Tt_]|[ ]+|(?<=^[0-9]{{8}})(?:-(?=[0-9]{{2}}:|[0-9]{{6}})|(?=[0-9]{{4}}))){Clock})?{Zone}",
        RegexOptions.ExplicitCapture)]
    private static partial Regex Iso();

    /// <summary>RFC 2822, RFC 850, Apache's logs: <c>Tue, 02 Jan 2024 03:04:05 GMT</c>.</summary>
    [GeneratedRegex(
        $@"^{Weekday}(?<day>[0-9]{{1,2}})[ /-]{Month}[ /,-]+(?<year>[0-9]{{4}}|[0-9]{{2}})(?:(?:,?[ ]+|[T:]){Clock}|(?![0-9])){Zone}",
        RegexOptions.ExplicitCapture)]
    private static partial Regex DayFirst();

    /// <summary><c>January 2, 2024 3:04 PM</c>, <c>Tue Jan 02 2024 03:04:05 GMT+0100</c>.</summary>
    [GeneratedRegex(
        $@"^{Weekday}{Month}[ ](?<day>[0-9]{{1,2}})(?:st|nd|rd|th)?,?[ ](?<year>[0-9]{{4}})(?:(?:,?[ ]|[ ]at[ ]){Clock}|(?![0-9])){Zone}",
        RegexOptions.ExplicitCapture)]
    private static partial Regex MonthFirst();

    /// <summary>C's ctime and what grew out of it: <c>Mon Apr 06 22:19:45 PDT 2009</c>.</summary>
    [GeneratedRegex(
        $@"^{Weekday}{Month}[ ](?<day>[0-9]{{1,2}})[ ]{Clock}[ ]?(?<zone>[^ ]*)[ ](?<year>[0-9]{{4}})$",
        RegexOptions.ExplicitCapture)]
    private static partial Regex YearLast();

    [GeneratedRegex(@"\((?:[^()\\]|\\.)*\)")]
    private static partial Regex Comment();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();

    [GeneratedRegex(@"^[0-9]{1,2}[-/. ][0-9]{1,2}[-/. ][0-9]{2,4}\b")]
    private static partial Regex Numbers();

    [GeneratedRegex("^[0-9]{1,2}:[0-9]{2}")]
    private static partial Regex TimeOfDay();

    [GeneratedRegex("^(?:[0-9]{4}[-/.][0-9]{1,2}|[0-9]{1,2}[-/.][0-9]{4})$")]
    private static partial Regex YearMonth();

    [GeneratedRegex("^[0-9]{4}-?(?:[Ww][0-9]|[0-9]{3}(?![0-9]))")]
    private static partial Regex WeekOrOrdinal();
}

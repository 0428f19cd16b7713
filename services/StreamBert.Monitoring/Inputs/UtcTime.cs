namespace StreamBert.Monitoring.Inputs;

/// <summary>Parses times of UTC in the form in which services write them: <c>2026-03-02T14:05:09.25+00:00</c>.</summary>
internal static class UtcTime
{
    private const int DateLength = 19, TickDigits = 7;

    private static ReadOnlySpan<byte> Offset => "+00:00"u8;

    /// <summary>Parses a time; false if it is in another form or does not exist.</summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out DateTimeOffset time)
    {
        time = default;
        if (utf8.Length < DateLength + Offset.Length || !utf8.EndsWith(Offset) || utf8[4] != '-' || utf8[7] != '-' || utf8[10] != 'T'
            || utf8[13] != ':' || utf8[16] != ':')
        {
            return false;
        }
        var (year, month, day) = (NumberIn(utf8[..4]), NumberIn(utf8[5..7]), NumberIn(utf8[8..10]));
        var (hour, minute, second) = (NumberIn(utf8[11..13]), NumberIn(utf8[14..16]), NumberIn(utf8[17..19]));
        var ticks = TicksIn(utf8[DateLength..^Offset.Length]);
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour is < 0 or > 23
            || minute is < 0 or > 59 || second is < 0 or > 59 || ticks < 0)
        {
            return false;
        }
        time = new(new DateTime(year, month, day, hour, minute, second).Ticks + ticks, TimeSpan.Zero);
        return true;
    }

    /// <summary>Returns the ticks of a fraction of a second with its point; -1 if it is invalid or too precise.</summary>
    private static long TicksIn(ReadOnlySpan<byte> fraction)
    {
        if (fraction.IsEmpty)
            return 0;
        if (fraction[0] != '.' || fraction.Length is 1 or > TickDigits + 1)
            return -1;
        long ticks = NumberIn(fraction[1..]);
        for (var digits = fraction.Length - 1; digits < TickDigits; digits++)
            ticks *= 10;
        return ticks;
    }

    /// <summary>Returns a number of at most seven digits; -1 if other characters are among them.</summary>
    private static int NumberIn(ReadOnlySpan<byte> digits)
    {
        var number = 0;
        foreach (var digit in digits)
        {
            if ((uint)(digit - '0') > 9)
                return -1;
            number = number * 10 + digit - '0';
        }
        return number;
    }
}

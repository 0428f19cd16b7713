using System.Globalization;
using System.Text.RegularExpressions;

namespace StreamBert.Contracts;

/// <summary>Times that are written as a number: since 1970 in one of four units, or a date whose digits stand without separators.</summary>
internal static partial class NumericTimeParser
{
    private const string Excel = "excel";

    /// <summary>1980 and 2100 in seconds: within these years no two units, and no date without separators, share a number.</summary>
    private const decimal Earliest = 315_532_800;
    private const decimal Latest = 4_102_444_800;

    /// <summary>
    /// Numbers of 18 digits are also the ticks of .NET and the file times of Windows; as nanoseconds they would lie in 1974 to 2001.
    /// </summary>
    private const decimal FirstNanosecond = 1_000_000_000_000_000_000;

    /// <summary>Spreadsheets and printf round to this many digits when they write an exponent.</summary>
    private const int RoundedDigits = 6;

    private static readonly Dictionary<string, decimal> UnitsPerSecond = new(StringComparer.Ordinal)
    {
        ["epoch-seconds"] = 1,
        ["epoch-milliseconds"] = 1_000,
        ["epoch-microseconds"] = 1_000_000,
        ["epoch-nanoseconds"] = 1_000_000_000,
    };

    public static IEnumerable<string> UnitNames => UnitsPerSecond.Keys.Append(Excel);

    public static bool IsUnit(string format) => format == Excel || UnitsPerSecond.ContainsKey(format);

    /// <returns>Null if the value is not a number.</returns>
    public static ParsedTime? Read(string value)
    {
        if (Number().Match(value) is not { Success: true } number) return null;
        if (IsRounded(number)) return ParsedTime.Invalid("is rounded: its last digits are missing");
        var (digits, fraction) = (number.Groups["whole"].Value, number.Groups["fraction"].Value);
        if (number.Groups["exponent"].Success
            || number.Groups["sign"].Length > 0)
        {
            return GuessEpoch(value, "is a number whose unit and start cannot be told");
        }

        if (IsHour(digits))
        {
            return ParsedTime.Invalid(
            "can be a date with its hour (the format yyyyMMddHH) or seconds since 1970 (epoch-seconds)");
        }

        return ReadCompactDate(digits, fraction) ?? GuessEpoch(value, DescribeAmbiguity(digits));
    }

    /// <summary>A number whose unit was prescribed, of any size.</summary>
    public static ParsedTime Read(string value, string unit)
    {
        if (Value(value) is not { } number) return ParsedTime.Invalid($"is not a number, which the format '{unit}' asks for");
        return unit == Excel ? FromSpreadsheet(number) : FromEpoch(number, UnitsPerSecond[unit]);
    }

    private static ParsedTime FromEpoch(decimal number, decimal unitsPerSecond)
    {
        var seconds = number / unitsPerSecond;
        return decimal.Abs(seconds) > 1e12m
            ? ParsedTime.FromTicks(decimal.MaxValue)
            : ParsedTime.FromTicks(DateTimeOffset.UnixEpoch.Ticks + decimal.Floor(seconds * TimeSpan.TicksPerSecond));
    }

    /// <summary>
    /// Days since 30 December 1899, rounded to milliseconds. The first two months are off by a day in some spreadsheets and are not read.
    /// </summary>
    private static ParsedTime FromSpreadsheet(decimal days)
    {
        if (days is < 61 or > 2_958_466) return ParsedTime.Invalid("is not a serial number of a day from March 1900 to 9999");
        var start = new DateTime(1899, 12, 30).Ticks;
        return ParsedTime.FromTicks(
            start + decimal.Round(days * TimeSpan.TicksPerDay / TimeSpan.TicksPerMillisecond) * TimeSpan.TicksPerMillisecond);
    }

    private static ParsedTime GuessEpoch(string value, string unclear)
    {
        if (Value(value) is not { } number) return ParsedTime.Invalid(unclear);
        foreach (var (unit, perSecond) in UnitsPerSecond)
        {
            if (number >= Earliest * perSecond && number < Latest * perSecond)
            {
                return unit == "epoch-nanoseconds" && number < FirstNanosecond
                    ? ParsedTime.Invalid(
                        "can be nanoseconds since 1970 (the format epoch-nanoseconds), or .NET's ticks or a file time of Windows")
                    : FromEpoch(number, perSecond);
            }
        }

        return ParsedTime.Invalid(unclear);
    }

    private static decimal? Value(string value) =>
        decimal.TryParse(value.Replace(',', '.'), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>
    /// yyyyMMdd, and with it HHmm, HHmmss (with a fraction) or HHmmssfff; null if the digits are none of a day in 1900 to 2100.
    /// </summary>
    private static ParsedTime? ReadCompactDate(string digits, string fraction)
    {
        var isWhole = fraction.Trim('0').Length == 0;
        if (digits.Length is not (8 or 12 or 14 or 17) || (!isWhole && digits.Length != 14)) return null;
        var date = new CalendarDate(Part(0, 4), Part(4, 2), Part(6, 2));
        if (date.Year is < 1900 or > 2100 || !date.IsValid) return null;
        var clock = new ClockTime(Part(8, 2), Part(10, 2), Part(12, 2), digits.Length == 17 ? digits[14..] : fraction);
        return date.At(clock, TimeSpan.Zero) is { Fault: null } reading ? reading : null;

        int Part(int at, int length)
            => at + length <= digits.Length ? int.Parse(digits.AsSpan(at, length), CultureInfo.InvariantCulture) : 0;
    }

    private static bool IsHour(
        string digits) => digits.Length == 10 && string.CompareOrdinal(digits, "19") >= 0 && string.CompareOrdinal(digits, "2101") < 0
        && DateTime.TryParseExact(digits, "yyyyMMddHH", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    private static bool IsRounded(Match number) => number.Groups["exponent"].Value.StartsWith('+')
        && (number.Groups["whole"].Value + number.Groups["fraction"].Value).Trim('0').Length <= RoundedDigits;

    private static string DescribeAmbiguity(string digits) => digits.Length switch
    {
        4 => "is a year, or a number whose unit and start cannot be told",
        6 => "can be a year and month, or a day whose year has two digits",
        7 => "can be a year and the number of a day in it",
        8 => "is not a date of the form yyyyMMdd in 1900 to 2100",
        _ => "is a number whose unit and start cannot be told: neither a date without separators in 1900 to 2100, "
            + "nor seconds, milliseconds, microseconds or nanoseconds"
            + " since 1970 that fall in 1980 to 2100 (a spreadsheet's serial number has the format excel)",
    };

    [GeneratedRegex("^(?<sign>[+-]?)(?<whole>[0-9]{1,40})(?:[.,](?<fraction>[0-9]*))?(?:[eE](?<exponent>[+-]?[0-9]{1,3}))?$")]
    private static partial Regex Number();
}

using System.Globalization;
using System.Text.RegularExpressions;

namespace StreamBert.Contracts;

/// <summary>
/// What stands after a time of day: <c>Z</c>, <c>UTC</c>, an offset, or in dates of RFC 2822 one of its zones of the United States.
/// </summary>
internal static partial class UtcOffsetParser
{
    private static readonly string[] Utc = ["Z", "UTC", "GMT", "UT"];

    /// <summary>RFC 2822, section 4.3. Its zones of one letter, and all other names, mean different offsets to different writers.</summary>
    private static readonly Dictionary<string, int> HoursByRfc = new(StringComparer.OrdinalIgnoreCase)
    {
        ["EDT"] = -4,
        ["EST"] = -5,
        ["CDT"] = -5,
        ["CST"] = -6,
        ["MDT"] = -6,
        ["MST"] = -7,
        ["PDT"] = -7,
        ["PST"] = -8,
    };

    /// <returns>The offset, zero for nothing; or what is wrong with it.</returns>
    public static (TimeSpan Offset, string? Fault) Read(string zone, bool byRfc)
    {
        if (zone.Length == 0) return default;
        if (Form().Match(zone) is not { Success: true } match) return (default, $"ends in '{zone}', which is not an offset");
        var (name, hasOffset) = (match.Groups["name"].Value, match.Groups["sign"].Success);
        if (name.Length == 0 && !hasOffset) return (default, $"names the time zone '{zone}' without an offset");
        if (name is "Z" or "z" && hasOffset) return (default, $"ends in '{zone}', which is not an offset");
        if (name.Length > 0 && !Utc.Contains(name, StringComparer.OrdinalIgnoreCase))
        {
            return byRfc && !hasOffset && HoursByRfc.TryGetValue(name, out var hours)
                ? (TimeSpan.FromHours(hours), null)
                : (default, $"names the time zone '{name}'; only UTC, GMT, Z and offsets such as +01:00 are read");
        }

        return hasOffset ? ReadNumeric(match) : default;
    }

    private static (TimeSpan Offset, string? Fault) ReadNumeric(Match match)
    {
        var offset = new TimeSpan(Number(match, "hours"), Number(match, "minutes"), 0);
        return offset > TimeSpan.FromHours(14) || Number(match, "minutes") > 59
            ? (default, $"has the offset '{match.Value}'; offsets reach from -14:00 to +14:00")
            : (match.Groups["sign"].Value == "-" ? -offset : offset, null);
    }

    private static int Number(Match match, string group)
        => match.Groups[group] is { Success: true } digits ? int.Parse(digits.Value, CultureInfo.InvariantCulture) : 0;

    /// <summary>
    /// One digit for the hours only after a name (<c>UTC+1</c>). A zone's name after an offset, as Java and Go write it, adds nothing.
    /// </summary>
    [GeneratedRegex(@"^(?:(?<name>[A-Za-z][A-Za-z_/]*)?(?:[ ]?(?<sign>[+-])"
        + @"(?<hours>[0-9]{2}|(?<=[A-Za-z][+-])[0-9](?![0-9]))(?::?(?<minutes>[0-9]{2})(?::?00)?)?"
        + @"(?:[ ][A-Za-z]{2,5})?)?)(?:\[[A-Za-z0-9_/+-]+\])?$", RegexOptions.ExplicitCapture)]
    private static partial Regex Form();
}

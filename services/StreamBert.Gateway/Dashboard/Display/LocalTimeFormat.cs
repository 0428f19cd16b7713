using System.Globalization;
using static StreamBert.Gateway.Localization.Texts;

namespace StreamBert.Gateway.Dashboard.Display;

/// <summary>Formats times in the time zone of the reader's browser.</summary>
public sealed record LocalTimeFormat(TimeZoneInfo Zone)
{
    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;

    public static LocalTimeFormat Utc { get; } = new(TimeZoneInfo.Utc);

    /// <param name="id">The IANA name of a time zone, such as <c>Europe/Berlin</c>; UTC replaces an unknown name.</param>
    public static LocalTimeFormat In(string id) => TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone) ? new(zone) : Utc;

    public string Seconds(DateTimeOffset time) => Local(time).ToString("HH:mm:ss", Culture);

    public string Full(DateTimeOffset time) => Local(time).ToString(L["d MMM yyyy, HH:mm:ss"], Culture);

    /// <summary>Formats a time, with its date unless that is the date of <paramref name="now"/>.</summary>
    public string Brief(DateTimeOffset time, DateTimeOffset now) =>
        Local(time).Date == Local(now).Date ? Seconds(time) : Minute(time);

    /// <summary>Formats a tick of a time axis, precisely enough to tell adjacent windows apart.</summary>
    public string Tick(DateTimeOffset time, TimeSpan span, TimeSpan window)
    {
        var format = span.TotalDays switch
        {
            > 1000 => L["MMM yyyy"],
            > 10 => L["d MMM yyyy"],
            > 1 => L["d MMM HH:mm"],
            _ => window < TimeSpan.FromMinutes(1) ? "HH:mm:ss" : "HH:mm",
        };
        return Local(time).ToString(format, Culture);
    }

    public string Minute(DateTimeOffset time) => Local(time).ToString(L["d MMM yyyy, HH:mm"], Culture);

    /// <summary>Formats a time as the value of an input of the type <c>datetime-local</c>.</summary>
    public string InputValue(DateTimeOffset time) => Local(time).ToString("yyyy-MM-dd'T'HH:mm:ss", Culture);

    /// <summary>Parses the value of an input of the type <c>datetime-local</c>; null if it is empty or not a time.</summary>
    public DateTimeOffset? ParseInput(string? value) =>
        DateTime.TryParse(value, Culture, DateTimeStyles.None, out var local) && local.Kind == DateTimeKind.Unspecified
            && local.Year is > 1 and < 9999
            ? new DateTimeOffset(local, Zone.GetUtcOffset(local)) : null;

    /// <summary>Returns when the day of a time began.</summary>
    public DateTimeOffset StartOfDay(DateTimeOffset time) => Local(time) is var local ? local - local.TimeOfDay : default;

    /// <summary>Returns when a day begins.</summary>
    public DateTimeOffset StartOf(DateOnly day) => ToTime(day.ToDateTime(TimeOnly.MinValue));

    /// <summary>Returns the time that a clock of the reader's zone shows.</summary>
    public DateTimeOffset ToTime(DateTime local) => new(DateTime.SpecifyKind(local, DateTimeKind.Unspecified), Zone.GetUtcOffset(local));

    private DateTimeOffset Local(DateTimeOffset time) => TimeZoneInfo.ConvertTime(time, Zone);
}

using System.Globalization;

namespace StreamBert.Gateway.Dashboard;

/// <summary>Times in the reader's own time zone, which only their browser knows.</summary>
public sealed record LocalTimes(TimeZoneInfo Zone)
{
    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;

    public static LocalTimes Utc { get; } = new(TimeZoneInfo.Utc);

    /// <param name="id">An IANA name such as <c>Europe/Berlin</c>; one this machine does not know falls back to UTC.</param>
    public static LocalTimes In(string id) => TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone) ? new(zone) : Utc;

    /// <summary>The zone's name, as it is shown beside times.</summary>
    public string ZoneName => Zone.Id;

    public string Seconds(DateTimeOffset time) => Local(time).ToString("HH:mm:ss", Culture);

    public string Minutes(DateTimeOffset time) => Local(time).ToString("HH:mm", Culture);

    public string Full(DateTimeOffset time) => Local(time).ToString("d MMM yyyy, HH:mm:ss", Culture);

    /// <summary>The time, with its date only where that is not the date of <paramref name="now"/>.</summary>
    public string Short(DateTimeOffset time, DateTimeOffset now) =>
        Local(time).Date == Local(now).Date ? Seconds(time) : Local(time).ToString("d MMM yyyy, HH:mm", Culture);

    /// <summary>A tick on a time axis: as much of the time as tells its windows apart.</summary>
    public string Tick(DateTimeOffset time, TimeSpan span, TimeSpan window)
    {
        var format = span > TimeSpan.FromDays(1) ? "d MMM HH:mm" : window < TimeSpan.FromMinutes(1) ? "HH:mm:ss" : "HH:mm";
        return Local(time).ToString(format, Culture);
    }

    private DateTimeOffset Local(DateTimeOffset time) => TimeZoneInfo.ConvertTime(time, Zone);
}

namespace StreamBert.Alerting.Routing;

/// <summary>A time of the week in a time zone.</summary>
internal sealed class TimeInterval(TimeIntervalOptions options)
{
    private readonly TimeZoneInfo _zone = TimeZoneInfo.FindSystemTimeZoneById(options.TimeZone);

    /// <summary>Tells whether a time lies in the interval; it does not contain its end.</summary>
    public bool Contains(DateTimeOffset time)
    {
        var local = TimeZoneInfo.ConvertTime(time, _zone).DateTime;
        return Begins(local.Date, local) || Begins(local.Date.AddDays(-1), local);
    }

    /// <summary>Tells whether the interval that begins on a day contains a local time.</summary>
    private bool Begins(DateTime day, DateTime local)
    {
        if (options.Days.Count > 0 && !options.Days.Contains(day.DayOfWeek))
            return false;
        var start = day.Add(options.From.ToTimeSpan());
        var end = day.Add(options.To.ToTimeSpan());
        return local >= start && local < (end <= start ? end.AddDays(1) : end);
    }
}

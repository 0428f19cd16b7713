using System.ComponentModel.DataAnnotations;

namespace StreamBert.Alerting.Routing;

/// <summary>A time of the week, such as office hours. Bound from the section <c>Alerting:TimeIntervals:N</c>.</summary>
public sealed class TimeIntervalOptions
{
    /// <summary>The name, by which routes refer to it.</summary>
    [Required]
    public string Name { get; set; } = "";

    /// <summary>The days on which it begins, such as <c>Monday</c>. Default: all.</summary>
    public IList<DayOfWeek> Days { get; init; } = [];

    /// <summary>When it begins, local time. Default: 00:00.</summary>
    public TimeOnly From { get; set; }

    /// <summary>When it ends, local time; at or before the beginning: on the next day. Default: 00:00.</summary>
    public TimeOnly To { get; set; }

    /// <summary>The time zone, by its name in the IANA database, such as <c>Europe/Berlin</c>. Default: UTC.</summary>
    public string TimeZone { get; set; } = "UTC";
}

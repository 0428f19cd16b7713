using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace StreamBert.Alerting.Routing;

/// <summary>Which alerts go to which receivers, and when. Bound from the section <c>Alerting:Routes:N</c>.</summary>
public sealed class AlertRouteOptions
{
    /// <summary>The name, unique among the routes; it is part of the key of the groups.</summary>
    [Required]
    public string Name { get; set; } = "";

    /// <summary>The matchers, all of which must match, such as <c>severity=critical</c>. Default: every alert.</summary>
    public IList<string> Match { get; init; } = [];

    /// <summary>The names of the receivers.</summary>
    public IList<string> Receivers { get; init; } = [];

    /// <summary>The labels whose values divide the alerts of the route into groups. Default: <c>pipeline</c>.</summary>
    public IList<string> GroupBy { get; init; } = [];

    /// <summary>How long the first message of a group waits for further alerts. Default: 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan GroupWait { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long after a message the next one about changes of the group is sent at the earliest. Default: 5 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan GroupInterval { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>After how long without changes a message is repeated while nobody has acknowledged; 0: never. Default: 4 h.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "30.00:00:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan RepeatInterval { get; set; } = TimeSpan.FromHours(4);

    /// <summary>
    /// How long an alert counts as firing after it was resolved; if it fires again meanwhile, no message is sent. Default: 0.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan KeepFiringFor { get; set; }

    /// <summary>
    /// The names of the time intervals in which messages are sent; between them, only resolutions are, and the rest waits. Default: always.
    /// </summary>
    public IList<string> ActiveTimes { get; init; } = [];

    /// <summary>Who receives messages if nobody acknowledges. Default: nobody.</summary>
    [ValidateEnumeratedItems]
    public IList<EscalationOptions> Escalations { get; init; } = [];

    /// <summary>Whether later routes are tried, too, for alerts that this one matches. Default: false.</summary>
    public bool Continue { get; set; }
}

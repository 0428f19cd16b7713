using System.ComponentModel.DataAnnotations;

namespace StreamBert.Alerting.Routing;

/// <summary>A step of an escalation. Bound from the section <c>Alerting:Routes:N:Escalations:N</c>.</summary>
public sealed class EscalationOptions
{
    /// <summary>
    /// How long after the first message about an alert that still fires and that nobody has acknowledged. Default: 15 min.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:10", "7.00:00:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan After { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>The names of the receivers.</summary>
    public IList<string> Receivers { get; init; } = [];
}

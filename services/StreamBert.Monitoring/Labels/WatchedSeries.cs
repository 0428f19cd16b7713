using StreamBert.Contracts;
using StreamBert.Monitoring.Assessments;

namespace StreamBert.Monitoring.Labels;

/// <summary>A series of a label rule with its model and its alerts.</summary>
/// <param name="Segment">The segment.</param>
/// <param name="Series">What is known of it.</param>
/// <param name="Model">The model of its dimension.</param>
/// <param name="Rise">The alert of rises; null if the rule does not watch them.</param>
/// <param name="Fall">The alert of falls; null if the rule does not watch them.</param>
internal sealed record WatchedSeries(string Segment, LabelSeries Series, LabelModel Model, AlertRule? Rise, AlertRule? Fall)
{
    /// <summary>Whether it is the whole pipeline.</summary>
    public bool IsAll => Segment == SeriesKey.All;

    /// <summary>Returns the alert of a direction; null if the rule does not watch it.</summary>
    public AlertRule? AlertOf(bool isAbove) => isAbove ? Rise : Fall;

    /// <summary>Whether one of the alerts is active.</summary>
    public bool IsActive(ActiveAlerts alerts) =>
        (Rise is not null && alerts.Contains(Rise)) || (Fall is not null && alerts.Contains(Fall));
}

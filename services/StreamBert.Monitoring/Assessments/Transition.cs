using StreamBert.Contracts;

namespace StreamBert.Monitoring.Assessments;

/// <summary>Identifies one alert, from its raising to its resolution.</summary>
/// <param name="Id">The fingerprint and the window in which the alert fired.</param>
/// <param name="Fingerprint">Identifies the rule and the series.</param>
/// <param name="Kind">One of <see cref="AlertKinds"/>.</param>
/// <param name="Series">The series.</param>
internal sealed record AlertIdentity(string Id, string Fingerprint, string Kind, SeriesKey Series);

/// <summary>A change of an alert: it begins to fire, is updated, or is resolved for one of three reasons.</summary>
/// <param name="Alert">The alert.</param>
/// <param name="At">The event time of the change: the end of a window.</param>
internal abstract record Transition(AlertIdentity Alert, DateTimeOffset At)
{
    /// <summary>The condition was breached for enough windows: the alert fires.</summary>
    public sealed record Raised(AlertIdentity Alert, Assessment Assessment) : Transition(Alert, Assessment.Window.End);

    /// <summary>The alert still fires, and has become critical or has lasted for twice as long.</summary>
    /// <param name="Alert">The alert.</param>
    /// <param name="Assessment">What it looks like now.</param>
    /// <param name="Since">The event time at which it began to fire.</param>
    public sealed record Updated(AlertIdentity Alert, Assessment Assessment, DateTimeOffset Since)
        : Transition(Alert, Assessment.Window.End);

    /// <summary>The condition was normal for enough windows: the alert is resolved.</summary>
    public sealed record Cleared(AlertIdentity Alert, Assessment Assessment) : Transition(Alert, Assessment.Window.End);

    /// <summary>The breach has lasted for so long that it becomes the new baseline: the alert is resolved.</summary>
    public sealed record Adopted(AlertIdentity Alert, Assessment Assessment, TimeSpan After) : Transition(Alert, Assessment.Window.End);

    /// <summary>The series has not been assessed for many windows: the alert is resolved.</summary>
    public sealed record Expired(AlertIdentity Alert, DateTimeOffset At) : Transition(Alert, At);
}

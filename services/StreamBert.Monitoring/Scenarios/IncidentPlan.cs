namespace StreamBert.Monitoring.Scenarios;

/// <summary>Describes what goes wrong in a scenario, and which alert detects it.</summary>
internal sealed record IncidentPlan
{
    /// <summary>How long it lasts.</summary>
    public required TimeSpan Length { get; init; }

    /// <summary>The time after its start within which an alert must be raised.</summary>
    public required TimeSpan Within { get; init; }

    /// <summary>The kinds of alert that detect it; the first is that of the label.</summary>
    public required IReadOnlyList<string> Kinds { get; init; }

    /// <summary>The segment of the alert, such as <c>topic=Energy</c>; null for any.</summary>
    public string? Segment { get; init; }

    /// <summary>The share of runs in which it must be detected, 0 to 1.</summary>
    public double Target { get; init; } = 0.95;

    /// <summary>The time of day at which it starts; null for a random minute of the last day that has room for it.</summary>
    public TimeOnly? At { get; init; }

    /// <summary>Whether it is there when the monitor starts.</summary>
    public bool IsAtStart { get; init; }

    /// <summary>The time after its end that is still judged, so that a false report of the recovery is seen. Default: 2 hours.</summary>
    public TimeSpan Tail { get; init; } = TimeSpan.FromHours(2);
}

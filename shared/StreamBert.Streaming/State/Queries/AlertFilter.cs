using StreamBert.Contracts;

namespace StreamBert.Streaming.State.Queries;

/// <summary>Selects alerts. Null selects all.</summary>
public sealed record AlertFilter
{
    /// <summary>Selects every alert.</summary>
    public static readonly AlertFilter All = new();

    /// <summary>Selects the alerts that still fire.</summary>
    public static readonly AlertFilter Open = new() { OpenOnly = true };

    /// <summary>Whether only alerts that still fire are selected.</summary>
    public bool OpenOnly { get; init; }

    /// <summary>The pipeline.</summary>
    public string? Pipeline { get; init; }

    /// <summary>One of <see cref="AlertKinds"/>.</summary>
    public string? Kind { get; init; }

    /// <summary>The first event time at which the alert started firing.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>The event time before which the alert started firing.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>What else an alert must fulfil.</summary>
    public Func<AlertRaised, bool>? Where { get; init; }

    /// <summary>Whether an alert is selected, whether it still fires or not.</summary>
    public bool Matches(AlertRaised alert) =>
        (Pipeline is null || alert.Series.Pipeline == Pipeline) && (Kind is null || alert.Kind == Kind)
        && !(alert.RaisedAt < From) && !(alert.RaisedAt >= To) && Where?.Invoke(alert) != false;
}

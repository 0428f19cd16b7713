using StreamBert.Contracts;

namespace StreamBert.Monitoring.Backtesting;

/// <summary>An alert as it is scored: when it fired, and about what.</summary>
/// <param name="At">The event time at which it fired.</param>
/// <param name="Kind">The kind; null if it stands for every kind.</param>
/// <param name="Series">The series; null if it stands for every series.</param>
internal sealed record ScoredAlert(DateTimeOffset At, string? Kind = null, SeriesKey? Series = null)
{
    /// <summary>
    /// Whether it is about the row of a plain series at this time. Otherwise it is about the window that ends at this time, whose texts are
    /// all earlier.
    /// </summary>
    public bool IsInstant { get; init; }

    /// <summary>Whether it can be about data at a time or after it.</summary>
    public bool Reaches(DateTimeOffset time) => At > time || (IsInstant && At == time);

    public static ScoredAlert Of(AlertRaised alert) => new(alert.RaisedAt, alert.Kind, alert.Series);
}

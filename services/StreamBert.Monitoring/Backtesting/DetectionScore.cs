using StreamBert.Contracts;

namespace StreamBert.Monitoring.Backtesting;

/// <summary>Compares alerts with labelled windows.</summary>
internal sealed record DetectionScore
{
    /// <summary>What raised the alerts.</summary>
    public required string Name { get; init; }

    /// <summary>The number of alerts.</summary>
    public required int Alerts { get; init; }

    /// <summary>The number of alerts that report a labelled window.</summary>
    public required int TrueAlerts { get; init; }

    /// <summary>The number of labelled windows.</summary>
    public required int Labelled { get; init; }

    /// <summary>The number of labelled windows that an alert reports.</summary>
    public required int Detected { get; init; }

    /// <summary>The times from the beginning of each detected window to its first alert, in ascending order.</summary>
    public required IReadOnlyList<TimeSpan> Delays { get; init; }

    /// <summary>The time in which alerts were scored.</summary>
    public required TimeSpan Scored { get; init; }

    /// <summary>The median of the delays; null without one.</summary>
    public TimeSpan? MedianDelay => Delays.Count > 0 ? (Delays[(Delays.Count - 1) / 2] + Delays[Delays.Count / 2]) / 2 : null;

    /// <summary>The share of the alerts that report a labelled window; null without alerts.</summary>
    public double? Precision => Alerts > 0 ? (double)TrueAlerts / Alerts : null;

    /// <summary>The share of the labelled windows that are detected; null without labelled windows.</summary>
    public double? Recall => Labelled > 0 ? (double)Detected / Labelled : null;

    /// <summary>The number of alerts a day that report no labelled window.</summary>
    public double FalseAlarmsPerDay => Scored > TimeSpan.Zero ? (Alerts - TrueAlerts) / Scored.TotalDays : 0;

    /// <summary>Scores alerts within a time.</summary>
    /// <param name="name">What raised the alerts.</param>
    /// <param name="alerts">The alerts; those outside of the time are not scored.</param>
    /// <param name="windows">The labelled windows; those that end before the time or begin after it are not scored.</param>
    /// <param name="scored">The time.</param>
    /// <param name="grace">The length of a window.</param>
    public static DetectionScore Of(
        string name, IEnumerable<ScoredAlert> alerts, IEnumerable<LabelledWindow> windows, TimeWindow scored, TimeSpan grace)
    {
        List<LabelledWindow> labelled = [.. windows.Where(window => window.Start < scored.End && window.End > scored.Start)];
        List<ScoredAlert> fired = [.. alerts.Where(alert => alert.Reaches(scored.Start) && alert.At <= scored.End)];
        List<TimeSpan> delays = [.. labelled.Select(window => DelayOf(window, fired, grace)).OfType<TimeSpan>().Order()];
        return new()
        {
            Name = name,
            Alerts = fired.Count,
            TrueAlerts = fired.Count(alert => labelled.Any(window => window.IsReportedBy(alert, grace))),
            Labelled = labelled.Count,
            Detected = delays.Count,
            Delays = delays,
            Scored = scored.End - scored.Start,
        };
    }

    /// <summary>Adds the scores of one detector on several series.</summary>
    public static DetectionScore Total(IReadOnlyCollection<DetectionScore> scores) => new()
    {
        Name = scores.First().Name,
        Alerts = scores.Sum(static score => score.Alerts),
        TrueAlerts = scores.Sum(static score => score.TrueAlerts),
        Labelled = scores.Sum(static score => score.Labelled),
        Detected = scores.Sum(static score => score.Detected),
        Delays = [.. scores.SelectMany(static score => score.Delays).Order()],
        Scored = TimeSpan.FromTicks(scores.Sum(static score => score.Scored.Ticks)),
    };

    /// <summary>Returns the time from the beginning of a labelled window to the first alert that reports it; null if none does.</summary>
    public static TimeSpan? DelayOf(LabelledWindow window, IEnumerable<ScoredAlert> alerts, TimeSpan grace) =>
        alerts.Where(alert => window.IsReportedBy(alert, grace)).Select(alert => (TimeSpan?)(alert.At - window.Start)).Min();
}

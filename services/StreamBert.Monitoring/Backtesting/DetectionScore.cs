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

    /// <summary>The median time from the beginning of a detected window to its first alert; null without one.</summary>
    public TimeSpan? MedianDelay { get; init; }

    /// <summary>The time in which alerts were scored.</summary>
    public required TimeSpan Scored { get; init; }

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
        List<ScoredAlert> fired = [.. alerts.Where(alert => alert.At > scored.Start && alert.At <= scored.End)];
        List<TimeSpan> delays = [.. labelled.Select(window => DelayOf(window, fired, grace)).OfType<TimeSpan>().Order()];
        return new()
        {
            Name = name,
            Alerts = fired.Count,
            TrueAlerts = fired.Count(alert => labelled.Any(window => window.IsReportedBy(alert, grace))),
            Labelled = labelled.Count,
            Detected = delays.Count,
            MedianDelay = delays.Count > 0 ? (delays[(delays.Count - 1) / 2] + delays[delays.Count / 2]) / 2 : null,
            Scored = scored.End - scored.Start,
        };
    }

    /// <summary>Returns the time from the beginning of a labelled window to the first alert that reports it; null if none does.</summary>
    public static TimeSpan? DelayOf(LabelledWindow window, IEnumerable<ScoredAlert> alerts, TimeSpan grace) =>
        alerts.Where(alert => window.IsReportedBy(alert, grace)).Select(alert => (TimeSpan?)(alert.At - window.Start)).Min();
}

using StreamBert.Cli.Backtests.Charts;
using StreamBert.Contracts;
using StreamBert.Monitoring.Backtesting;

namespace StreamBert.Cli.Backtests.PlainSeries;

/// <summary>An alert on a plain series: a run of rows whose score is at least ½.</summary>
/// <param name="Start">The time of the first row.</param>
/// <param name="Value">The value of the first row.</param>
/// <param name="Score">The highest score.</param>
/// <param name="End">The time of the first row after it whose score is below ½; null if the series ends before.</param>
internal sealed record SeriesAlert(DateTimeOffset Start, double Value, double Score, DateTimeOffset? End)
{
    /// <summary>The alert as it is scored.</summary>
    public ScoredAlert ToScored() => new(Start) { IsInstant = true };
}

/// <summary>The outcome of a backtest on one plain series.</summary>
/// <param name="Name">The name of the series.</param>
internal sealed record SeriesOutcome(string Name)
{
    /// <summary>The number of rows.</summary>
    public required long Rows { get; init; }

    /// <summary>The scored time: from the end of the learning time, or the first row, to the last row; null without rows.</summary>
    public required TimeWindow? Scored { get; init; }

    /// <summary>The alerts of the scored time, in order.</summary>
    public required IReadOnlyList<SeriesAlert> Alerts { get; init; }

    /// <summary>The labelled windows that overlap the scored time; null without <c>--labels</c>.</summary>
    public required IReadOnlyList<LabelledWindow>? Labels { get; init; }

    /// <summary>The comparison with the labels for the score and the detectors beside it; empty without labels.</summary>
    public required IReadOnlyList<DetectionScore> Scores { get; init; }

    /// <summary>The values in the order of their times; empty unless they are kept.</summary>
    public IReadOnlyList<SeriesPoint> Values { get; init; } = [];

    /// <summary>The scores, with the threshold as expected value; empty unless they are kept.</summary>
    public IReadOnlyList<SeriesPoint> AnomalyScores { get; init; } = [];

    /// <summary>Returns the labelled window that an alert reports; null if there is none.</summary>
    public LabelledWindow? LabelOf(SeriesAlert alert) =>
        Labels?.FirstOrDefault(label => label.IsReportedBy(alert.ToScored(), TimeSpan.Zero));

    /// <summary>Returns the time from the beginning of a labelled window to its first alert; null if no alert reports it.</summary>
    public TimeSpan? DelayOf(LabelledWindow label) =>
        DetectionScore.DelayOf(label, Alerts.Select(static alert => alert.ToScored()), TimeSpan.Zero);

    /// <summary>Adds the comparisons of several series, detector by detector; empty without labels.</summary>
    public static IReadOnlyList<DetectionScore> Total(IReadOnlyList<SeriesOutcome> series) =>
        [.. series.SelectMany(static one => one.Scores).GroupBy(static score => score.Name)
            .Select(static scores => DetectionScore.Total([.. scores]))];
}
